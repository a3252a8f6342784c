"""Links at the door of a real server: renewed, taken back, used up, run out; and who is shown out with them (S13)."""

import asyncio
import time

import httpx2
import pytest

from server.core.invitations import INVITED_FOR_MS, InviteFacilitator, InviteInterpreter, RenewLink, RevokeInvitation
from server.core.people import RemovePerson
from server.web.guesses import WINDOW_MS
from tests.core.worlds import I1, I2
from tests.hall import Hall
from tests.web.doorstep import Doorstep, doorstep, refused
from tests.web.phone import phone


async def invited(hall: Hall, browser: Doorstep, room: str = "ka", name: str = "Mia") -> tuple[str, str]:
    """A facilitator of `browser` invites somebody: their id, and the link."""
    facilitator = await browser.person(hall.link("facilitator", room))
    assert (await hall.give(facilitator, InviteFacilitator(I1, name))).code is None
    return facilitator, (await asked(hall, browser, facilitator)).json()["link"]


async def asked(hall: Hall, browser: Doorstep, person: str, invitation: str = I1) -> httpx2.Response:
    return await browser.ask(f"/api/sessions/{hall.live.id}/invite", {"person": person, "invitation": invitation})


def ticket(link: str) -> dict[str, str]:
    return {"invitation": link.split("#")[1]}


# -- for one person


async def test_co_facilitator_enters_the_same_room_once_and_is_called_as_invited(hall: Hall) -> None:
    async with doorstep(hall) as laptop, doorstep(hall) as other, doorstep(hall, "ru") as third:
        facilitator, link = await invited(hall, laptop, "kr")
        assert "?" not in link
        url = await other.enter(link)
        person = hall.live.state.people[url.rsplit("/", 1)[1]]
        assert (person.role, person.room) == ("facilitator", "kr")
        assert hall.live.world.names[person.id] == "Mia"
        late = await third.ask("/api/enter", ticket(link))
        assert refused(late) == (403, "link_used")
        assert late.json()["message"] == hall.services.catalogues.text("ru", "error.link_used")
        assert await other.enter(link) == url, "who came by it comes back by it"
        assert refused(await asked(hall, laptop, facilitator)) == (403, "link_used")


async def test_two_who_open_an_invitation_at_once_are_one(hall: Hall) -> None:
    async with doorstep(hall) as laptop, doorstep(hall) as one, doorstep(hall) as other:
        _, link = await invited(hall, laptop)
        answers = await asyncio.gather(*(browser.ask("/api/enter", ticket(link)) for browser in (one, other)))
        assert sorted(answer.status_code for answer in answers) == [200, 403]
        assert sum(p.entrance is not None and p.entrance.invitation == I1 for p in hall.live.state.people.values()) == 1


async def test_its_qr_code_is_a_picture_without_styles(hall: Hall) -> None:
    async with doorstep(hall) as laptop:
        facilitator, _ = await invited(hall, laptop)
        picture = await laptop.client.get((await asked(hall, laptop, facilitator)).json()["qr"])
        assert picture.headers["content-type"].startswith("image/svg+xml")
        assert b"style" not in picture.content


async def test_invitation_that_was_taken_back_or_has_run_out_says_which(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with doorstep(hall) as laptop, doorstep(hall) as other:
        facilitator, link = await invited(hall, laptop)
        now = hall.live.now
        monkeypatch.setattr(hall.live, "now", lambda: now() + INVITED_FOR_MS)
        assert refused(await other.ask("/api/enter", ticket(link))) == (403, "link_expired")
        monkeypatch.setattr(hall.live, "now", now)
        assert (await hall.give(facilitator, RevokeInvitation(I1))).code is None
        assert refused(await other.ask("/api/enter", ticket(link))) == (403, "link_revoked")
        assert [p.role for p in hall.live.state.people.values()] == ["facilitator"]


async def test_invitation_of_another_or_made_up_by_hand_opens_nothing(hall: Hall) -> None:
    async with doorstep(hall) as laptop, doorstep(hall) as other:
        _, link = await invited(hall, laptop)
        forged = {"invitation": ticket(link)["invitation"].replace(I1, I2)}
        assert refused(await other.ask("/api/enter", forged)) == (403, "link_invalid")
        never_made = hall.services.keys.invitation("facilitator", hall.live.id, "ka", I2)
        assert refused(await other.ask("/api/enter", {"invitation": never_made})) == (403, "link_invalid")


async def test_only_facilitators_of_its_room_are_told_the_link(hall: Hall) -> None:
    async with doorstep(hall) as laptop, doorstep(hall) as other:
        facilitator, link = await invited(hall, laptop)
        for room, role, refusal in (
            ("kr", "facilitator", (400, "other_room")),
            ("ka", "participant", (403, "not_allowed")),
            ("ka", "projector", (403, "not_allowed")),
            ("ka", "interpreter", (403, "not_allowed")),
        ):
            person = await other.person(hall.link(role, room))  # type: ignore[arg-type]
            answer = await asked(hall, other, person)
            assert answer.json()["code"] == refusal[1]
            assert link.split("#")[1] not in answer.text
            assert await other.face(f"/s/{hall.live.id}/{person}/invite/{I1}.svg") == answer.status_code
        assert refused(await asked(hall, other, facilitator)) == (401, "not_signed_in")


async def test_no_stream_says_an_invitations_secret(hall: Hall) -> None:
    async with doorstep(hall) as laptop:
        facilitator, link = await invited(hall, laptop)
        links = [link, *(hall.link(role, "ka") for role in ("participant", "facilitator", "projector", "interpreter"))]
        secrets = [found.rsplit(".", 1)[1] for found in links] + [hall.services.keys.join_code(hall.live.id)]
        async with phone(hall, facilitator) as desk:
            await hall.give(facilitator, RenewLink("ka", "participant"))
            await desk.until("patch")
            said = str(desk.got)
        assert "invitation:" + I1 in said
        assert not [secret for secret in secrets if secret in said]


# -- standing links


@pytest.mark.parametrize("role", ["participant", "facilitator", "projector", "interpreter"])
async def test_renewed_link_opens_nothing_any_more_and_the_new_one_does(hall: Hall, role: str) -> None:
    async with doorstep(hall) as laptop, doorstep(hall) as visitor, doorstep(hall) as guest:
        facilitator = await laptop.person(hall.link("facilitator", "ka"))
        old = hall.link(role, "ka")  # type: ignore[arg-type]
        url = await guest.enter(old)
        assert (await hall.give(facilitator, RenewLink("ka", role))).code is None  # type: ignore[arg-type]
        over = "link_renewed" if role == "participant" else "link_revoked"
        assert refused(await visitor.ask("/api/enter", ticket(old))) == (403, over)
        if role == "participant":
            assert refused(await visitor.ask("/api/door", ticket(old))) == (403, over)
            assert (await guest.ask("/api/door", ticket(old))).json()["again"]["url"] == url
        assert await guest.face(url) == 200, "who is in stays in"
        assert await guest.enter(old) == url
        await visitor.enter(hall.link(role, "ka"))  # type: ignore[arg-type]


async def test_typed_code_is_renewed_with_the_link_and_an_old_one_counts_as_wrong(hall: Hall) -> None:
    async with doorstep(hall) as laptop, doorstep(hall) as visitor:
        facilitator = await laptop.person(hall.link("facilitator", "ka"))
        old = hall.services.code(hall.live.state)
        assert (await hall.give(facilitator, RenewLink("ka", "participant"))).code is None
        path, asking = f"/api/sessions/{hall.live.id}/code", {"person": facilitator}
        new = (await laptop.ask(path, asking)).json()["code"]
        assert new != old
        counted = await hall.services.hub.bus.count("guesses:join code", WINDOW_MS, more=0)
        assert refused(await visitor.ask("/api/door", {"code": old})) == (403, "link_renewed")
        assert await hall.services.hub.bus.count("guesses:join code", WINDOW_MS, more=0) == counted + 1
        assert (await visitor.ask("/api/door", {"code": new})).status_code == 200
        person = await visitor.person(hall.link("participant", "ka"))
        assert refused(await visitor.ask(path, {"person": person})) == (403, "not_allowed")


async def test_those_a_renewed_link_let_in_are_shown_out_within_two_seconds_if_asked(hall: Hall) -> None:
    """S13. Without being asked for, only the link ends: the control."""
    async with doorstep(hall) as laptop, doorstep(hall) as other:
        facilitator = await laptop.person(hall.link("facilitator", "ka"))
        leaked = await other.person(hall.link("facilitator", "ka"))
        async with phone(hall, leaked) as line:
            assert (await hall.give(facilitator, RenewLink("ka", "facilitator"))).code is None
            await line.alive()
        again = await other.person(hall.link("facilitator", "ka"), anew=True)
        async with phone(hall, again) as line, phone(hall, facilitator) as desk:
            began = time.monotonic()
            assert (await hall.give(facilitator, RenewLink("ka", "facilitator", remove=True))).code is None
            assert await line.closed() == 4201
            assert time.monotonic() - began < 2
            await desk.alive()
        assert await other.face(f"/s/{hall.live.id}/{again}") == 403


async def test_removed_facilitator_does_not_come_back_by_an_invitation_of_their_own(hall: Hall) -> None:
    async with doorstep(hall) as laptop, doorstep(hall) as other:
        removed, link = await invited(hall, laptop)
        assert (await hall.give(await hall.join("facilitator", "ka"), RemovePerson(removed))).code is None
        assert refused(await other.ask("/api/enter", ticket(link))) == (403, "link_revoked")


async def test_links_outlive_a_restart_and_so_does_their_renewal(hall: Hall) -> None:
    """Nothing of a link is held in memory: another process reads the log and knows the same."""
    async with doorstep(hall) as laptop, doorstep(hall) as other:
        facilitator, link = await invited(hall, laptop)
        old = hall.link("projector", "ka")
        await hall.give(facilitator, RenewLink("ka", "projector"))
        await hall.services.hub.set_archived(hall.live.id, True)
        await hall.services.hub.set_archived(hall.live.id, False)
        await other.enter(link)
        assert refused(await other.ask("/api/enter", ticket(old))) == (403, "link_revoked")


# -- interpreters


async def test_interpreter_comes_in_by_an_invitation_of_one_day_and_is_told_in_their_language_when_it_is_over(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with doorstep(hall) as laptop, doorstep(hall, "ru") as other, doorstep(hall, "ru") as late:
        facilitator = await laptop.person(hall.link("facilitator", "kr"))
        assert (await hall.give(facilitator, InviteInterpreter(I1, "Ирина"))).code is None
        link = (await asked(hall, laptop, facilitator)).json()["link"]
        assert "#interpreter." in link
        as_facilitator = ticket(link)["invitation"].replace("interpreter.", "facilitator.", 1)
        assert refused(await other.ask("/api/enter", {"invitation": as_facilitator})) == (403, "link_invalid")
        now = hall.live.now
        monkeypatch.setattr(hall.live, "now", lambda: now() + INVITED_FOR_MS)
        answer = await late.ask("/api/enter", ticket(link))
        assert refused(answer) == (403, "link_expired")
        assert answer.json()["message"] == hall.services.catalogues.text("ru", "error.link_expired")
        monkeypatch.setattr(hall.live, "now", now)
        url = await other.enter(link)
        person = hall.live.state.people[url.rsplit("/", 1)[1]]
        assert (person.role, person.room, hall.live.world.names[person.id]) == ("interpreter", "kr", "Ирина")
        assert await other.face(url) == 200
