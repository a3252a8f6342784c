"""Session plans: what a facilitator wrote is read in full, and every mistake is told at once, at its line."""

import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.plan import LANGUAGES, Activity, LiveWindow, Plan, Sorting, Voting, Writing
from server.web.plan_colours import CARD_TEXT, WHITE, contrast, darkened, tint_of
from server.web.plan_file import read_plan
from server.web.plans import PlanMistakes, check_plan, list_plans, load_plan, print_timetable
from tests.web.plan_sources import KICKOFF, MINIMAL, SESSIONS, edited

SHIPPED = sorted(SESSIONS.glob("*.toml"))


def texts_of(value: object) -> Iterator[dict[str, str]]:
    """Every text in several languages anywhere in a plan."""
    if isinstance(value, dict):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from texts_of(item)
    elif hasattr(value, "__struct_fields__"):
        for field in value.__struct_fields__:
            yield from texts_of(getattr(value, field))


# -- the plans we ship ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_plan_loads_and_is_complete_in_three_languages(path: Path) -> None:
    plan = load_plan(path)

    texts = [text for text in texts_of(plan) if text]
    assert plan.slug == path.stem
    assert len(texts) > 10
    for text in texts:
        assert tuple(text) == LANGUAGES
        assert all(words.strip() for words in text.values())
        assert not re.search("[а-яА-Я]", text["de"] + text["en"])


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_plan_has_no_mistake_to_print(path: Path) -> None:
    out, err = StringIO(), StringIO()

    assert check_plan(path, out, err) == 0
    assert "no mistakes found" in out.getvalue()
    assert err.getvalue() == ""


def test_the_kickoff_is_what_was_announced() -> None:
    plan = load_plan(SESSIONS / "auftakt-karlsruhe-krasnodar.toml")

    karlsruhe, krasnodar = plan.rooms
    by_day = {day: [step for step in plan.activities if step.day == day] for day in (1, 2)}
    assert (plan.first_day, plan.days) == ("2021-07-24", 2)
    assert (karlsruhe.mark, karlsruhe.mark_by_language["ru"], karlsruhe.dot) == ("KA", "КА", "round")
    assert (krasnodar.mark, krasnodar.mark_by_language["ru"], krasnodar.dot) == ("KR", "КР", "square")
    assert by_day[1][0].starts_at == datetime(2021, 7, 24, 8, 0, tzinfo=UTC).timestamp() * 1000
    for day, (first_hour, last_hour) in {1: (8, 15), 2: (8, 12)}.items():
        ends = max(step.starts_at + step.duration_ms for step in by_day[day])
        assert datetime.fromtimestamp(by_day[day][0].starts_at / 1000, UTC).hour == first_hour
        assert datetime.fromtimestamp(ends / 1000, UTC).hour == last_hour
    assert [step.id for step in plan.activities if isinstance(step, LiveWindow)] == ["live-1", "live-2"]
    assert {step.channels for step in plan.activities if isinstance(step, LiveWindow)} == {("de", "ru")}
    assert [(step.dots, step.max_per_item) for step in plan.activities if isinstance(step, Voting)] == [(5, 2), (3, 1)]
    assert {step.hidden for step in plan.activities if isinstance(step, Writing)} == {True, False}
    assert {step.participants for step in plan.activities if isinstance(step, Sorting)} == {True, False}
    assert {step.joint for step in plan.activities if isinstance(step, Writing)} == {True, False}


def test_the_kickoff_leaves_no_gap_in_either_room() -> None:
    plan = load_plan(SESSIONS / "auftakt-karlsruhe-krasnodar.toml")

    for room in plan.rooms:
        agenda = [step for step in plan.activities if room.id in step.rooms]
        for before, after in pairwise(agenda):
            assert before.day != after.day or before.starts_at + before.duration_ms == after.starts_at


# -- what may be left out ------------------------------------------------------------------------------------------


def test_left_out_keys_get_sensible_values() -> None:
    plan = read_plan(MINIMAL, "minimal.toml", "minimal")

    north, south = plan.rooms
    voting = next(step for step in plan.activities if isinstance(step, Voting))
    assert (north.dot, south.dot) == ("round", "square")
    assert north.mark_by_language == {"de": "NO", "ru": "NO", "en": "NO"}
    assert [column.title for column in plan.boards[0].columns] == [plan.boards[0].title]
    assert [step.id for step in plan.activities] == ["step-1", "step-2", "step-3", "step-4", "step-5"]
    assert all(step.rooms == ("north", "south") for step in plan.activities)
    assert (voting.dots, voting.max_per_item, voting.timer_ms) == (5, 0, 0)
    for room in plan.rooms:
        assert contrast(room.colours.ink, room.colours.tint) >= 4.5


@given(st.from_regex(r"#[0-9A-F]{6}", fullmatch=True))
def test_derived_colours_can_always_be_read(strong: str) -> None:
    tint = tint_of(strong)

    assert contrast(tint, CARD_TEXT) >= 4.5
    assert contrast(darkened(strong, tint, 7), tint) >= 7
    assert contrast(darkened(strong, WHITE, 4.5), WHITE) >= 4.5


@pytest.mark.parametrize(
    ("written", "milliseconds"),
    [("1 min", 60_000), ("45 min", 2_700_000), ("1 h", 3_600_000), ("1 h 15 min", 4_500_000), ("90min", 5_400_000)],
)
def test_a_duration_in_words_is_read(written: str, milliseconds: int) -> None:
    source = edited(MINIMAL, ('"10:50"\nduration = "10 min"', f'"10:50"\nduration = "{written}"'))

    assert read_plan(source, "plan.toml", "plan").activities[-1].duration_ms == milliseconds


@pytest.mark.parametrize(
    ("written", "rooms"),
    [('"both"', ("north", "south")), ('"all"', ("north", "south")), ('"south"', ("south",)), ('["south"]', ("south",))],
)
def test_rooms_are_named_by_word_id_or_list(written: str, rooms: tuple[str, ...]) -> None:
    source = edited(MINIMAL, ('wall = "agenda"', f"rooms = {written}"))

    assert read_plan(source, "plan.toml", "plan").activities[-1].rooms == rooms


def test_each_room_may_have_its_own_step_at_the_same_time() -> None:
    plan = read_plan(KICKOFF, "plan.toml", "plan")

    rooms = {step.id: step.rooms for step in plan.activities}
    assert (rooms["pause-ka"], rooms["pause-kr"]) == (("ka",), ("kr",))


def test_activities_in_any_order_are_put_in_the_order_of_the_agenda() -> None:
    *before, first, second = MINIMAL.split("[[days.activities]]")
    plan = read_plan("[[days.activities]]".join([*before, second, first]), "plan.toml", "plan")

    starts = [step.starts_at for step in plan.activities]
    assert starts == sorted(starts)


def test_other_ways_of_writing_toml_mean_the_same() -> None:
    inline = edited(
        MINIMAL,
        ('title.de = "Ideenrunde"\n', 'title = { de = "Ideenrunde", ru = "Обмен идеями", en = """Idea\nround""" }\n'),
        ('title.ru = "Обмен идеями"\n', ""),
        ('title.en = "Idea round"\n', ""),
        ('date = "2021-09-18"', "date = 2021-09-18"),
    )

    assert read_plan(inline, "plan.toml", "plan") == read_plan(MINIMAL, "plan.toml", "plan")


# -- from the disk -------------------------------------------------------------------------------------------------


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(PlanMistakes, match="cannot be read"):
        load_plan(tmp_path / "nowhere.toml")


@pytest.mark.parametrize("name", ["Mein Plan.toml", "план.toml", "plan.txt"])
def test_a_file_name_that_makes_no_address_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(MINIMAL, "utf-8")

    with pytest.raises(PlanMistakes, match="web addresses"):
        load_plan(tmp_path / name)


def test_a_file_in_another_encoding_is_told_with_the_first_such_line(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_bytes(MINIMAL.encode("cp1251", errors="replace"))

    with pytest.raises(PlanMistakes, match=r"plan\.toml:5: .*UTF-8"):
        load_plan(path)


def test_a_file_written_on_windows_is_read_the_same(tmp_path: Path) -> None:
    path = tmp_path / "minimal.toml"
    path.write_bytes(MINIMAL.replace("\n", "\r\n").encode("utf-8-sig"))

    assert load_plan(path) == load_plan(SESSIONS / "minimal.toml")


def test_a_checked_plan_with_mistakes_prints_them_all_and_fails(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(edited(MINIMAL, ('mark = "NO"', 'mark = "no"'), ('"10:50"', '"soon"')), "utf-8")
    out, err = StringIO(), StringIO()

    assert check_plan(path, out, err) == 1
    assert out.getvalue() == ""
    first, second, count = err.getvalue().splitlines()
    assert first.startswith(f'{path}:13: In room "north": ')
    assert second.startswith(f"{path}:74: In activity 5 of day 1: ")
    assert count == "2 mistakes found."


def test_a_broken_plan_is_listed_beside_the_good_ones(tmp_path: Path) -> None:
    (tmp_path / "b-good.toml").write_text(MINIMAL, "utf-8")
    (tmp_path / "a-broken.toml").write_text("title = 1", "utf-8")
    (tmp_path / "README.md").write_text("# not a plan", "utf-8")

    (broken, mistakes), (good, plan) = list_plans(tmp_path)

    assert (broken.name, good.name) == ("a-broken.toml", "b-good.toml")
    assert isinstance(mistakes, PlanMistakes)
    assert isinstance(plan, Plan)


# -- the timetable -------------------------------------------------------------------------------------------------


def timetable(source: str, language: str = "en") -> str:
    out = StringIO()
    print_timetable(read_plan(source, "plan.toml", "plan"), out, language)
    return out.getvalue()


def test_the_timetable_shows_every_step_in_the_time_of_both_rooms() -> None:
    printed = timetable(KICKOFF)

    assert "Day 1: Saturday 24 July 2021" in printed
    assert "Day 2: Sunday 25 July 2021" in printed
    assert (
        "  11:10-11:30  12:10-12:30       20 min  KA KR  voting    Dot vote [board ideen, 5 dots, at most 2 on one"
        in printed
    )
    assert "  15:20-15:35  16:20-16:35       15 min  KR     break     Break [timer 15 min]" in printed


def test_the_timetable_is_printed_in_the_language_asked_for() -> None:
    assert "Голосуем точками" in timetable(KICKOFF, "ru")


def test_a_plan_says_how_long_its_sessions_are_kept() -> None:
    assert read_plan(MINIMAL, "p.toml", "p").keep_days == 30
    source = edited(MINIMAL, ("[[rooms]]", "keep_days = 90\n\n[[rooms]]"))
    assert read_plan(source, "p.toml", "p").keep_days == 90
    assert "Kept for 90 days after it was last used" in timetable(source)


def test_in_winter_the_rooms_are_two_hours_apart() -> None:
    source = edited(MINIMAL, ('"2021-09-18"', '"2021-12-18"'))

    assert (
        read_plan(source, "p.toml", "p").activities[0].starts_at
        == datetime(2021, 12, 18, 9, tzinfo=UTC).timestamp() * 1000
    )
    assert "  10:00-10:10  12:00-12:10" in timetable(source)


def test_a_plan_over_the_change_of_clocks_keeps_the_local_times_of_the_first_room() -> None:
    second_day = MINIMAL[MINIMAL.index("[[days]]") :].replace("2021-09-18", "2021-10-31")
    printed = timetable(edited(MINIMAL, ("2021-09-18", "2021-10-30")) + second_day)

    saturday, sunday = printed.split("Day 2")
    assert "  10:00-10:10  11:00-11:10" in saturday
    assert "  10:00-10:10  12:00-12:10" in sunday


def test_a_room_that_is_a_calendar_day_ahead_says_so() -> None:
    assert "05:00-05:10 +1 day" in timetable(
        edited(
            MINIMAL,
            ("Europe/Moscow", "Pacific/Auckland"),
            ('"10:00"', '"19:00"'),
            *[(f'"10:{minute}"', f'"19:{minute}"') for minute in (10, 25, 40, 50)],
        )
    )


# -- the guide for facilitators --------------------------------------------------------------------------------------


GUIDE = (SESSIONS / "README.md").read_text("utf-8")


def test_the_guide_explains_every_key_there_is() -> None:
    probed = re.sub(r"(?m)^(id|date) = .*$", r"\g<0>\nzzz = 1", "zzz = 1\n" + KICKOFF)
    probed = probed.replace("colours.ink", "colours.zzz = 1\ncolours.ink")

    with pytest.raises(PlanMistakes) as caught:
        read_plan(probed, "plan.toml", "plan")

    known = {key for mistake in caught.value.mistakes for key in re.findall(r"[a-z_.]+", mistake.expected[7:])}
    explained = {key for cell in re.findall(r"(?m)^\| (`.*?) \|", GUIDE) for key in re.findall(r"`([a-z_.]+)`", cell)}
    assert known - {"colours", "rooms", "boards", "days"} == explained - {"rooms"}


def test_the_guide_explains_every_type_of_activity() -> None:
    types = [kind.__struct_config__.tag for kind in get_args(Activity)]

    assert re.findall(r'(?m)^\| `"([a-z]+)"` \|', GUIDE) == types


def test_the_examples_of_the_guide_are_valid() -> None:
    for example in re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL):
        assert tomllib.loads(example)


def test_the_mistake_shown_in_the_guide_is_what_a_facilitator_sees() -> None:
    with pytest.raises(PlanMistakes) as caught:
        read_plan(edited(MINIMAL, ('board = "ideas"', 'board = "idea"')), "sessions/our-workshop.toml", "our-workshop")

    assert f"   {caught.value}\n" in GUIDE
