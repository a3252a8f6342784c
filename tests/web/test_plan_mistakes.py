"""Every kind of mistake a facilitator can make in a session plan is told, all at once, each at its line."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.web.plan_file import read_plan
from server.web.plans import PlanMistakes
from tests.web.plan_sources import HERE, KICKOFF, MINIMAL, edited, marked_lines, mistakes_in

ROOM = 'colours.strong = "#A8480A"'
BOARD = '[[boards]]\nid = "ideas"'
FIRST = '[[days.activities]]\ntype = "welcome"'
WRITING = 'type = "writing"'
VOTING = 'type = "voting"'
TEXT = 'wall = "agenda"'
NO_BOARD = ('board = "ideas"\n', f'board = "ideas"{HERE}\n')
EMPTY_DAY = '[[days]]\ndate = "2021-09-19"\n\n'
THIRD_ROOM = (
    BOARD,
    """[[rooms]]
id = "east"
name = { de = "Ost", ru = "Восток", en = "East" }
mark = "EA"
time_zone = "Europe/Berlin"
language = "de"
colours.strong = "#5B3A8C"

"""
    + BOARD,
)
COLUMN = '[[boards.columns]]\ntitle = { de = "a", ru = "б", en = "c" }\nid = "a"'
SMALL_DAY = """[[days]]
date = "2021-09-19"
[[days.activities]]
type = "welcome"
start = "10:00"
duration = "5 min"
title = { de = "a", ru = "б", en = "c" }

"""

# A name for the case; what is changed in minimal.toml ("# <--" marks the line to be told); words of the sentence.
MISTAKES: dict[str, tuple[list[tuple[str, str]], str]] = {
    "unknown_key_of_the_plan": ([("[[rooms]]", f'auhtor = "me"{HERE}\n[[rooms]]')], 'unknown key "auhtor"'),
    "unknown_key_of_a_room": ([(ROOM, f'{ROOM}\nlangauge = "de"{HERE}')], 'did you mean "language"?'),
    "unknown_key_of_a_board": ([(BOARD, f"{BOARD}\nmoderatd = true{HERE}")], 'did you mean "moderated"?'),
    "unknown_key_of_an_activity": ([(WRITING, f"{WRITING}\nhiden = true{HERE}")], 'did you mean "hidden"?'),
    "unknown_language": ([('title.en = "Idea', f'title.fr = "Idées"{HERE}\ntitle.en = "Idea')], '"title.fr"'),
    "key_of_another_type": ([(WRITING, f"{WRITING}\ndots = 3{HERE}")], 'unknown key "dots"'),
    "wrong_type_of_text": ([('title.en = "Idea round"', f"title.en = 5{HERE}")], "title.en is 5"),
    "wrong_type_of_flag": ([(WRITING, f'{WRITING}\nhidden = "yes"{HERE}')], "true or false, without quotation marks"),
    "wrong_type_of_number": ([(VOTING, f'{VOTING}\ndots = "5"{HERE}')], "without quotation marks"),
    "kept_for_ever": ([("[[rooms]]", f"keep_days = 0{HERE}\n[[rooms]]")], "a whole number from 1 to 365"),
    "kept_too_long": ([("[[rooms]]", f"keep_days = 366{HERE}\n[[rooms]]")], "a whole number from 1 to 365"),
    "true_is_not_a_number": ([(VOTING, f"{VOTING}\ndots = true{HERE}")], "dots is true"),
    "wrong_type_of_list": ([(WRITING, f'{WRITING}\ncolumns = "notes"{HERE}')], "a list of column ids"),
    "section_instead_of_list": ([(BOARD, f'[boards]{HERE}\nid = "ideas"'), *[NO_BOARD] * 3], "headed [[boards]]"),
    "plain_title": ([(ROOM, f'{ROOM}\nwelcome = "Hallo"{HERE}')], "a text in every language"),
    "missing_language": (
        [('title.de = "Ideenrunde"\ntitle.ru = "Обмен идеями"', f'title.de = "Ideenrunde"{HERE}')],
        "title.ru is missing; expected a text in Russian",
    ),
    "missing_title": (
        [(FIRST, f'[[days.activities]]{HERE}\ntype = "text"\nstart = "09:00"\nduration = "5 min"\n\n{FIRST}')],
        "title is missing",
    ),
    "empty_text": ([('title.en = "Idea round"', f'title.en = " "{HERE}')], "title.en is empty"),
    "long_title": (
        [('title.en = "Idea round"', f'title.en = "{"x" * 121}"{HERE}')],
        "121 characters; expected at most 120",
    ),
    "long_instruction": (
        [(TEXT, f'instruction = {{ de = "d", ru = "р", en = "{"x" * 281}" }}{HERE}')],
        "281 characters; expected at most 280",
    ),
    "control_character": ([('title.en = "Idea round"', f'title.en = "a\\u0007"{HERE}')], "control character"),
    "bad_id": ([(WRITING, f'id = "Step 1"{HERE}\n{WRITING}')], "a short name"),
    "reserved_room_id": ([('id = "north"', f'id = "both"{HERE}')], "stands for all rooms"),
    "duplicate_room": ([('id = "south"', f'id = "north"{HERE}')], "already taken in line 9"),
    "duplicate_board": (
        [(BOARD, f'{BOARD}\ntitle = {{ de = "a", ru = "б", en = "c" }}\n[[boards]]\nid = "ideas"{HERE}')],
        'the id "ideas" is already taken',
    ),
    "duplicate_activity": (
        [(WRITING, f'id = "a"\n{WRITING}'), (VOTING, f'id = "a"{HERE}\n{VOTING}')],
        '"a" is already',
    ),
    "duplicate_column": (
        [("[[days]]", f"{COLUMN}\n{COLUMN}{HERE}\n[[days]]")],
        'column "a" of board "ideas": the id "a" is already taken',
    ),
    "mark_of_three_letters": ([('mark = "NO"', f'mark = "NOR"{HERE}')], "two capital letters"),
    "mark_of_small_letters": ([('mark = "NO"', f'mark = "no"{HERE}')], "two capital letters"),
    "mark_by_language": ([(ROOM, f'{ROOM}\nmark_by_language.ru = "С1"{HERE}')], "mark_by_language.ru is"),
    "same_mark": ([('mark = "SU"', f'mark = "NO"{HERE}')], 'the mark of room "north" too'),
    "same_colour": ([('"#0B6B74"', f'"#a8480a"{HERE}')], 'the colour of room "north" too'),
    "same_dots": (
        [(ROOM, f'{ROOM}\ndot = "round"'), ('"#0B6B74"', f'"#0B6B74"\ndot = "round"{HERE}')],
        "both rooms have",
    ),
    "unknown_dot": ([(ROOM, f'{ROOM}\ndot = "triangle"{HERE}')], '"round", "square"'),
    "bad_colour": ([('"#A8480A"', f'"orange"{HERE}')], "# and six digits"),
    "weak_strong": ([('"#A8480A"', f'"#FFB000"{HERE}')], "with white text; expected at least 4.5 : 1"),
    "weak_ink": ([(ROOM, f'{ROOM}\ncolours.tint = "#FFE3BF"\ncolours.ink = "#C08040"{HERE}')], "with the tint #FFE3BF"),
    "dark_tint": (
        [(ROOM, f'{ROOM}\ncolours.ink = "#FFFFFF"\ncolours.tint = "#333333"{HERE}')],
        "the text of the notes",
    ),
    "no_colours": (
        [(f"{ROOM}\n", ""), ('[[rooms]]\nid = "north"', f'[[rooms]]{HERE}\nid = "north"')],
        "colours is missing",
    ),
    "unknown_time_zone": ([('"Europe/Moscow"', f'"Europe/Mosco"{HERE}')], 'did you mean "Europe/Moscow"?'),
    "folder_of_time_zones": ([('"Europe/Moscow"', f'"Europe"{HERE}')], 'there is no time zone "Europe"'),
    "unknown_language_of_a_room": ([('language = "ru"', f'language = "fr"{HERE}')], 'one of "de", "ru", "en"'),
    "unknown_room": ([(TEXT, f'rooms = "nort"{HERE}')], 'did you mean "north"?'),
    "unknown_room_in_a_list": ([(TEXT, f'rooms = ["east"]{HERE}')], 'there is no room "east"'),
    "rooms_of_wrong_type": ([(TEXT, f"rooms = 2{HERE}")], "rooms is 2"),
    "live_alone": ([('type = "text"', 'type = "live"'), (TEXT, f'rooms = "north"{HERE}')], "expected two rooms"),
    "unknown_board": ([('board = "ideas"', f'board = "idaes"{HERE}')], 'did you mean "ideas"?'),
    "no_board": (
        [
            ('[[days.activities]]\ntype = "voting"', f'[[days.activities]]{HERE}\ntype = "voting"'),
            ('"10 min"\nboard = "ideas"', '"10 min"'),
        ],
        "board is missing",
    ),
    "unknown_column": ([(WRITING, f'{WRITING}\ncolumns = [\n  "notes",\n  "topics",{HERE}\n]')], 'no column "topics"'),
    "column_twice": ([(WRITING, f'{WRITING}\ncolumns = ["notes", "notes"]{HERE}')], "named twice"),
    "unknown_type": ([('type = "voting"', f'type = "votting"{HERE}')], 'did you mean "voting"?'),
    "unknown_wall": ([(TEXT, f'wall = "agend"{HERE}')], 'did you mean "agenda"?'),
    "wall_of_a_board_without_one": ([(TEXT, f'wall = "results"{HERE}')], 'wall is "results"'),
    "live_in_three": (
        [
            ('type = "text"', 'type = "live"'),
            (TEXT, f'wall = "live"\nrooms = ["north", "south", "east"]{HERE}'),
            THIRD_ROOM,
        ],
        'two rooms, such as rooms = ["north", "south"]',
    ),
    "consent_in_one_language": (
        [('type = "text"', f'type = "live"\nconsent = {{ de = "a", ru = "б" }}{HERE}'), (TEXT, 'wall = "live"')],
        "consent.en is missing",
    ),
    "channel_of_no_language": (
        [('type = "text"', f'type = "live"\nchannels = ["de", "rus"]{HERE}'), (TEXT, 'wall = "live"')],
        'there is no channel "rus"; expected one of "de", "ru", "en" – did you mean "ru"?',
    ),
    "channel_twice": (
        [('type = "text"', f'type = "live"\nchannels = ["de", "de"]{HERE}'), (TEXT, 'wall = "live"')],
        'channel "de" is named twice',
    ),
    "channels_as_a_word": (
        [('type = "text"', f'type = "live"\nchannels = "ru"{HERE}'), (TEXT, 'wall = "live"')],
        'a list of languages, such as ["de", "ru"]',
    ),
    "wall_that_is_picked_live": ([(TEXT, f'wall = "message"{HERE}')], 'wall is "message"'),
    "bad_time": ([('start = "10:50"', f'start = "25:50"{HERE}')], 'such as "10:30"'),
    "time_without_marks": ([('start = "10:50"', f"start = 10:50:00{HERE}")], "in quotation marks"),
    "bad_duration": ([('duration = "15 min"', f'duration = "a while"{HERE}')], '"1 h 15 min"'),
    "duration_as_number": ([('duration = "15 min"', f"duration = 15{HERE}")], "duration is 15"),
    "no_duration": ([('duration = "15 min"', f'duration = "0 min"{HERE}')], "from 1 min to 24 h"),
    "bad_date": ([('"2021-09-18"', f'"18.9.2021"{HERE}')], "year-month-day"),
    "day_not_in_the_calendar": ([('"2021-09-18"', f'"2021-02-30"{HERE}')], "in the calendar"),
    "overlap": (
        [('start = "10:25"', f'start = "10:20"{HERE}')],
        "it starts 5 min before activity 2 of day 1 (line 47)",
    ),
    "before_the_day": (
        [
            ('date = "2021-09-18"', 'date = "2021-09-18"\nstart = "10:05"'),
            ('start = "10:00"', f'start = "10:00"{HERE}'),
        ],
        "before the day does",
    ),
    "after_the_day": (
        [
            ('date = "2021-09-18"', 'date = "2021-09-18"\nend = "10:55"'),
            ('duration = "10 min"\nwall', f'duration = "10 min"{HERE}\nwall'),
        ],
        "the day ends at 10:55",
    ),
    "past_midnight": (
        [('start = "10:50"\nduration = "10 min"', f'start = "23:50"\nduration = "11 min"{HERE}')],
        "next day",
    ),
    "day_ends_before_it_starts": (
        [
            ('date = "2021-09-18"', f'date = "2021-09-18"\nstart = "09:00"\nend = "08:00"{HERE}'),
        ],
        "the day ends at 08:00",
    ),
    "days_out_of_order": (
        [("[[days]]", f"{SMALL_DAY}[[days]]"), ('date = "2021-09-18"\n\n', f'date = "2021-09-18"{HERE}\n\n')],
        "does not come after 2021-09-19",
    ),
    "day_without_activities": (
        [(FIRST, EMPTY_DAY + FIRST), ("[[days]]\n", f"[[days]]{HERE}\n")],
        "there is no activity",
    ),
    "too_few_dots": ([(VOTING, f"{VOTING}\ndots = 0{HERE}")], "from 1 to 20"),
    "too_many_dots": ([(VOTING, f"{VOTING}\ndots = 21{HERE}")], "from 1 to 20"),
    "more_on_one_than_dots": ([(VOTING, f"{VOTING}\ndots = 3\nmax_per_item = 4{HERE}")], "only 3 dots"),
    "short_timer": ([(WRITING, f'{WRITING}\ntimer = "5 s"{HERE}')], "from 10 s to 8 h"),
    "timer_longer_than_the_activity": (
        [(WRITING, f'{WRITING}\ntimer = "20 min"{HERE}')],
        "at most its duration, 15 min",
    ),
    "telephone_without_marks": (
        [('type = "text"', f'type = "live"\ntelephone = 721{HERE}'), (TEXT, 'wall = "live"')],
        "in quotation marks",
    ),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_is_told_with_its_line(case: str) -> None:
    edits, words = MISTAKES[case]
    source = edited(MINIMAL, *edits)

    mistakes = mistakes_in(source)

    assert [mistake.line for mistake in mistakes] == marked_lines(source)
    assert any(words in mistake.sentence for mistake in mistakes), mistakes


def test_a_wrong_id_that_others_refer_to_is_told_only_once() -> None:
    source = edited(MINIMAL, ('id = "ideas"', f'id = "Ideen!"{HERE}'), *[('board = "ideas"', 'board = "Ideen!"')] * 3)

    assert [mistake.line for mistake in mistakes_in(source)] == marked_lines(source)


def test_many_mistakes_in_one_file_are_told_at_once() -> None:
    source = edited(
        KICKOFF,
        ('language = "de"', f'language = "at"{HERE}'),
        ('colours.strong = "#0B6B74"', f'colours.strong = "#AACCCC"{HERE}'),
        ('title.ru = "Темы"\n', ""),
        ('title.de = "Themen"', f'title.de = "Themen"{HERE}'),
        ("dots = 5", f"dots = 50{HERE}"),
        ('start = "13:45"', f'start = "13:30"{HERE}'),
        ('rooms = "ka"', f'rooms = "karlsruhe"{HERE}'),
        ('columns = ["krasnodar"]', f'columns = ["moskau"]{HERE}'),
    )

    assert [mistake.line for mistake in mistakes_in(source)] == marked_lines(source)


def test_a_long_activity_that_covers_several_is_told_for_each() -> None:
    source = edited(MINIMAL, ('duration = "10 min"', 'duration = "35 min"'))

    assert [mistake.found.split(" before ")[0] for mistake in mistakes_in(source)] == [
        "it starts 25 min",
        "it starts 10 min",
    ]


def test_a_mistake_reads_as_file_line_and_sentence() -> None:
    (mistake,) = mistakes_in(edited(MINIMAL, ('board = "ideas"', 'board = "idea"')))

    assert str(mistake) == (
        'plan.toml:49: In activity 2 of day 1: board is "idea"; expected "ideas" – did you mean "ideas"?'
    )


def test_an_hour_that_summer_time_leaves_out_is_told() -> None:
    source = edited(MINIMAL, ('"2021-09-18"', '"2021-03-28"'), ('start = "10:00"', f'start = "02:30"{HERE}'))

    (mistake,) = mistakes_in(source)
    assert "the clocks go forward" in mistake.sentence
    assert [mistake.line] == marked_lines(source)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('id = "ideas"', f'id = "ideas{HERE}', "a quotation mark is missing"),
        ('start = "10:25"', f"start = 10:25{HERE}", "something left over"),
        ('mark = "NO"', f"mark = NO{HERE}", "cannot be read"),
        ('mark = "NO"', f"mark{HERE}", 'there is no "="'),
        ('mark = "NO"', f'mark = "NO"\nmark = "NN"{HERE}', "a key is given twice"),
        ('mark = "NO"', f'mark = ["NO" "RD"]{HERE}', "not closed with ]"),
    ],
)  # fmt: skip
def test_a_syntax_error_is_told_in_plain_words_at_its_line(old: str, new: str, words: str) -> None:
    source = edited(MINIMAL, (old, new))

    (mistake,) = mistakes_in(source)

    assert words in mistake.sentence
    assert [mistake.line] == marked_lines(source)


def test_an_empty_file_is_told_what_a_plan_needs() -> None:
    sentences = " ".join(mistake.sentence for mistake in mistakes_in(""))

    assert "title is missing" in sentences
    assert "there is no room" in sentences
    assert "there is no day" in sentences


def test_a_plan_with_five_rooms_is_refused() -> None:
    room = MINIMAL[MINIMAL.index("[[rooms]]") : MINIMAL.index('[[rooms]]\nid = "south"')]

    assert any("there are 7 rooms" in mistake.found for mistake in mistakes_in(edited(MINIMAL, (room, room * 6))))


@given(st.data())
def test_a_misspelt_key_anywhere_is_told_at_its_own_line(data: st.DataObject) -> None:
    lines = KICKOFF.split("\n")
    keys = [number for number, line in enumerate(lines) if re.match(r"[a-z_.]+ = ", line)]
    number = data.draw(st.sampled_from(keys))
    lines[number] = "zzz." + lines[number]
    for fill in data.draw(st.lists(st.tuples(st.integers(0, len(lines)), st.sampled_from(["", "# x = [", "\t"])))):
        lines.insert(*fill)

    told = [mistake.line for mistake in mistakes_in("\n".join(lines)) if '"zzz' in mistake.found]

    assert told == [next(number for number, line in enumerate(lines, 1) if line.startswith("zzz."))]


def test_mistakes_are_an_exception_that_prints_them_all() -> None:
    with pytest.raises(PlanMistakes, match=r"(?s)plan.toml:1: .*\nplan.toml:1: "):
        read_plan("", "plan.toml", "plan")
