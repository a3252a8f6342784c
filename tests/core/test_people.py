"""People: join, names, removal, "I am done"."""

import pytest
from msgspec import structs

from server.core.limits import LIMITS
from server.core.people import DoneSet, Join, NameSet, PersonJoined, PersonRemoved, RemovePerson, SetDone, SetName
from server.core.state import SYSTEM, Person
from server.errors import Code
from tests.core.worlds import ALEX, ANNA, BORIS, FKA, FKR, NOW, START, given, opened


def test_someone_joins_with_a_name() -> None:
    outcome = given().when(Join("mia", "participant", "kr", "  Мия \n Новак "), by=SYSTEM)
    outcome.then(PersonJoined("mia", "participant", "kr", NOW), NameSet("mia", "Мия Новак"))
    assert outcome.world.state.people["mia"] == Person("mia", "participant", "kr", NOW)
    assert outcome.world.names["mia"] == "Мия Новак"


def test_someone_joins_without_a_name() -> None:
    given().when(Join("mia", "projector", "ka", " \u200b "), by=SYSTEM).then(
        PersonJoined("mia", "projector", "ka", NOW)
    )


def test_joining_a_room_that_is_not_there_is_refused() -> None:
    given().when(Join("mia", "participant", "xx"), by=SYSTEM).refused(Code.ROOM_UNKNOWN)


@pytest.mark.parametrize("taken", ["anna", "gone"])
def test_joining_under_an_id_that_is_taken_is_refused(taken: str) -> None:
    given().when(Join(taken, "participant", "ka"), by=SYSTEM).refused(Code.PERSON_EXISTS)


def test_joining_with_too_long_a_name_is_refused() -> None:
    given().when(Join("mia", "participant", "ka", "ж" * 40), by=SYSTEM)
    given().when(Join("mia", "participant", "ka", "ж" * 41), by=SYSTEM).refused(Code.NAME_TOO_LONG, limit=40)


def test_joining_a_full_session_is_refused() -> None:
    crowd = {f"p{n}": Person(f"p{n}", "participant", "ka", NOW) for n in range(LIMITS.people_per_session)}
    full = structs.replace(START, state=structs.replace(START.state, people=crowd))
    given(world=full).when(Join("mia", "participant", "ka"), by=SYSTEM).refused(Code.SESSION_FULL, limit=2000)


def test_a_person_gives_themselves_a_name() -> None:
    given().when(SetName(" Аня "), by=ANNA).then(NameSet("anna", "Аня"))
    given().when(SetName("Anke", "anna"), by=ANNA).then(NameSet("anna", "Anke"))


def test_a_facilitator_names_someone_of_their_room() -> None:
    given().when(SetName("Anke", "anna"), by=FKA).then(NameSet("anna", "Anke"))


def test_a_name_taken_away_is_none() -> None:
    outcome = given().when(SetName(""), by=ANNA)
    outcome.then(NameSet("anna", ""))
    assert "anna" not in outcome.world.names


def test_naming_someone_else_is_refused() -> None:
    given().when(SetName("Witz", "alex"), by=ANNA).refused(Code.NOT_ALLOWED)
    given().when(SetName("Witz", "boris"), by=FKA).refused(Code.OTHER_ROOM)
    given().when(SetName("Witz", "nobody"), by=FKA).refused(Code.PERSON_UNKNOWN)
    given().when(SetName("x" * 41), by=ANNA).refused(Code.NAME_TOO_LONG, limit=40)


def test_nobody_removes_themselves() -> None:
    given().when(RemovePerson(FKA.person), by=FKA).refused(Code.NOT_ALLOWED)


def test_a_person_is_removed_once() -> None:
    removed = given().when(RemovePerson("anna"), by=FKA)
    removed.then(PersonRemoved("anna"))
    given(world=removed.world).when(RemovePerson("anna"), by=FKA).nothing()
    given(world=removed.world).when(SetName("Da bin ich"), by=ANNA).refused(Code.REMOVED)


def test_removing_someone_of_the_other_room_is_refused() -> None:
    given().when(RemovePerson("boris"), by=FKA).refused(Code.OTHER_ROOM)
    given().when(RemovePerson("boris"), by=FKR).then(PersonRemoved("boris"))
    given().when(RemovePerson("nobody"), by=FKA).refused(Code.PERSON_UNKNOWN)


def test_done_is_said_and_taken_back() -> None:
    done = given(opened("write")).when(SetDone("write", True), by=ANNA)
    done.then(DoneSet("write", "anna", True))
    assert done.world.state.done == {"write": frozenset({"anna"})}
    given(world=done.world).when(SetDone("write", True), by=ANNA).nothing()
    undone = given(world=done.world).when(SetDone("write", False), by=ANNA)
    undone.then(DoneSet("write", "anna", False))
    given(world=undone.world).when(SetDone("write", False), by=ANNA).nothing()


def test_done_with_a_step_that_is_not_on_the_phone_is_refused() -> None:
    given().when(SetDone("write", True), by=ANNA).refused(Code.STEP_CLOSED)
    given(opened("write"), opened("sort")).when(SetDone("write", True), by=ALEX).refused(Code.STEP_CLOSED)
    given(opened("pause-ka", ("ka",))).when(SetDone("pause-ka", True), by=BORIS).refused(Code.STEP_CLOSED)
    given(opened("write")).when(SetDone("nothing", True), by=ANNA).refused(Code.ACTIVITY_UNKNOWN)
