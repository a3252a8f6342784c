"""Who may come in: standing links and their renewals, invitations for one, what ends them."""

import pytest
from msgspec import json, structs

from server.core.audiences import FACILITATOR, PARTICIPANT, PROJECTOR
from server.core.decider import World
from server.core.invitations import (
    INVITED_FOR_MS,
    FacilitatorInvited,
    InvitationRevoked,
    InviteFacilitator,
    LinkRenewed,
    RenewLink,
    RevokeInvitation,
)
from server.core.limits import LIMITS
from server.core.people import Join, NameSet, PersonJoined, PersonRemoved, RemovePerson
from server.core.scenes import scene
from server.core.state import SYSTEM, Entrance, Invitation, Renewals
from server.core.views import project
from server.errors import Code
from tests.core.worlds import FKA, FKR, I1, I2, MIA, NOW, START, after, given

INVITED = (FKA, InviteFacilitator(I1, " Mia \n Novak "))


def by_invitation(invitation: str = I1, person: str = "mia") -> Join:
    return Join(person, "facilitator", "ka", "", Entrance("ka", invitation=invitation))


def by_link(person: str, role: str = "facilitator", room: str = "ka", generation: int = 0) -> Join:
    return Join(person, role, room, "", Entrance(room, generation))  # type: ignore[arg-type]


def by_code(person: str, generation: int = 0) -> Join:
    return Join(person, "participant", "kr", "", Entrance("", generation))


# -- for one person


def test_an_invitation_is_made_out_to_a_name_that_stands_beside_the_log() -> None:
    invited = given().when(INVITED[1], by=FKA)
    made = Invitation(I1, "ka", "fka", NOW + INVITED_FOR_MS)
    invited.then(FacilitatorInvited(made), NameSet(I1, "Mia Novak"))
    assert invited.world.state.invitations == {I1: made}
    given().when(InviteFacilitator(I1), by=FKR).then(FacilitatorInvited(structs.replace(made, room="kr", by="fkr")))


def test_it_lets_one_person_in_and_no_second() -> None:
    entrance = Entrance("ka", invitation=I1)
    came = given(INVITED).when(by_invitation(), by=SYSTEM)
    came.then(PersonJoined("mia", "facilitator", "ka", NOW, entrance), NameSet(I1, ""))
    assert came.world.state.invitations[I1].used_by == "mia"
    assert came.world.state.people["mia"].entrance == entrance
    assert I1 not in came.world.names
    given(world=came.world).when(by_invitation(person="otto"), by=SYSTEM).refused(Code.LINK_USED)
    given(world=came.world).when(RevokeInvitation(I1), by=FKA).refused(Code.LINK_USED)


def test_it_ends_after_a_day() -> None:
    given(INVITED).when(by_invitation(), by=SYSTEM, at=NOW + INVITED_FOR_MS - 1).accepted()
    given(INVITED).when(by_invitation(), by=SYSTEM, at=NOW + INVITED_FOR_MS).refused(Code.LINK_EXPIRED)


def test_it_is_taken_back_once_and_its_name_forgotten() -> None:
    revoked = given(INVITED).when(RevokeInvitation(I1), by=FKA)
    revoked.then(InvitationRevoked(I1), NameSet(I1, ""))
    given(world=revoked.world).when(by_invitation(), by=SYSTEM).refused(Code.LINK_REVOKED)
    given(world=revoked.world).when(RevokeInvitation(I1), by=FKA).nothing()
    given(INVITED).when(RevokeInvitation(I1), by=FKR).refused(Code.OTHER_ROOM)
    given(INVITED).when(RevokeInvitation(I2), by=FKA).refused(Code.LINK_INVALID)


def test_who_is_removed_leaves_no_door_open_behind_them() -> None:
    invited = (MIA, InviteFacilitator(I1, "Otto"))
    world = after(START, (SYSTEM, by_link("mia")), invited)
    removed = given(world=world).when(RemovePerson("mia"), by=FKA)
    removed.then(PersonRemoved("mia"), NameSet(I1, ""))
    given(world=removed.world).when(by_invitation(person="otto"), by=SYSTEM).refused(Code.LINK_REVOKED)


def test_an_invitation_lets_in_a_facilitator_and_nobody_else() -> None:
    entrance = Entrance("ka", invitation=I1)
    given(INVITED).when(Join("mia", "projector", "ka", "", entrance), by=SYSTEM).refused(Code.LINK_INVALID)
    given(INVITED).when(by_invitation(I2), by=SYSTEM).refused(Code.LINK_INVALID)


def test_an_id_that_is_taken_is_refused() -> None:
    given(INVITED).when(InviteFacilitator(I1), by=FKA).refused(Code.INVITATION_EXISTS)
    given().when(InviteFacilitator(I1, "x" * 41), by=FKA).refused(Code.NAME_TOO_LONG, limit=40)


# -- standing links


def test_a_renewed_link_opens_nothing_any_more_and_the_new_one_does() -> None:
    renewed = given().when(RenewLink("ka", "facilitator"), by=FKA)
    renewed.then(LinkRenewed("ka", "facilitator", 1))
    assert renewed.world.state.renewals["ka"] == Renewals("ka", facilitator=1)
    after_it = given(world=renewed.world)
    after_it.when(by_link("mia"), by=SYSTEM).refused(Code.LINK_REVOKED)
    after_it.when(by_link("mia", generation=2), by=SYSTEM).refused(Code.LINK_REVOKED)
    after_it.when(by_link("mia", generation=1), by=SYSTEM).accepted()
    after_it.when(by_link("mia", room="kr"), by=SYSTEM).accepted()
    after_it.when(by_link("mia", "participant"), by=SYSTEM).accepted()
    after_it.when(by_link("mia", "projector"), by=SYSTEM).accepted()


def test_the_typed_code_follows_every_rooms_renewal() -> None:
    renewals = ((FKA, RenewLink("ka", "participant")), (FKR, RenewLink("kr", "participant")))
    for number in range(3):
        world = given(*renewals[:number])
        for generation in range(3):
            outcome = world.when(by_code("mia", generation), by=SYSTEM)
            outcome.accepted() if generation == number else outcome.refused(Code.LINK_RENEWED)


def test_renewing_shows_out_those_it_let_in_if_asked_but_not_who_renews() -> None:
    world = after(
        START,
        (SYSTEM, by_link("mia")),
        (SYSTEM, by_link("otto")),
        (SYSTEM, by_link("phone", "participant")),
        (SYSTEM, by_link("over-there", room="kr")),
        INVITED,
        (SYSTEM, by_invitation(person="invited")),
        (FKA, RemovePerson("otto")),
    )
    given(world=world).when(RenewLink("ka", "facilitator"), by=FKA).then(LinkRenewed("ka", "facilitator", 1))
    removing = RenewLink("ka", "facilitator", remove=True)
    given(world=world).when(removing, by=FKA).then(LinkRenewed("ka", "facilitator", 1), PersonRemoved("mia"))
    given(world=world).when(removing, by=MIA).then(LinkRenewed("ka", "facilitator", 1))
    given(world=world).when(removing, by=SYSTEM).then(LinkRenewed("ka", "facilitator", 1), PersonRemoved("mia"))
    later = after(world, (FKA, RenewLink("ka", "facilitator")))
    given(world=later).when(removing, by=FKA).then(LinkRenewed("ka", "facilitator", 2), PersonRemoved("mia"))


def test_another_rooms_links_are_the_hosts_alone() -> None:
    given().when(RenewLink("kr", "participant"), by=FKA).refused(Code.OTHER_ROOM)
    given().when(RenewLink("kr", "participant"), by=SYSTEM).accepted()
    given().when(RenewLink("xx", "participant"), by=SYSTEM).refused(Code.ROOM_UNKNOWN)


def test_links_of_a_session_are_bounded() -> None:
    limit = LIMITS.links_per_session
    many = {"ka": Renewals("ka", participant=limit - 1)}
    almost = structs.replace(START, state=structs.replace(START.state, renewals=many))
    full = given(INVITED, world=almost)
    full.when(RenewLink("ka", "projector"), by=FKA).refused(Code.TOO_MANY_LINKS, limit=limit)
    full.when(InviteFacilitator(I2), by=FKA).refused(Code.TOO_MANY_LINKS, limit=limit)


# -- who sees what of it


def shown(world: World, audience: str) -> dict[str, object]:
    seen: dict[str, object] = json.decode(json.encode(project(scene(world), audience)))
    return {key: entity for key, entity in seen.items() if key.startswith(("renewals:", "invitation:"))}


def test_open_invitations_are_known_to_facilitators_alone() -> None:
    world = after(START, INVITED, (FKA, RenewLink("ka", "participant")))
    others = dict.fromkeys(("facilitator", "projector", "interpreter"), 0)
    links = {"renewals:ka": {"kind": "renewals", "room": "ka", "participant": 1, **others}}
    invitation = {"kind": "invitation", "id": I1, "room": "ka", "name": "Mia Novak", "by": "fka", "role": "facilitator"}
    assert shown(world, FACILITATOR) == {
        **links,
        f"invitation:{I1}": {**invitation, "expires_at": NOW + INVITED_FOR_MS},
    }
    assert shown(world, PROJECTOR) == links
    assert shown(world, PARTICIPANT) == {}
    assert shown(after(world, (SYSTEM, by_invitation())), FACILITATOR) == links


@pytest.mark.parametrize(
    ("join", "came_by"),
    [(by_link("mia"), "link"), (by_code("mia"), "code"), (by_invitation(), "invitation"), (None, "")],
)
def test_facilitators_see_how_somebody_came_in(join: Join | None, came_by: str) -> None:
    world = after(START, INVITED, (SYSTEM, join or Join("mia", "projector", "ka")))
    entity = json.decode(json.encode(project(scene(world), FACILITATOR)["person:mia"]))
    assert entity["came_by"] == came_by
