"""A workshop in full swing, made by commands, for tests of whole screens and for `make shots`."""

import csv
from pathlib import Path

from server.core.agenda import OpenStep, StartSession
from server.core.boards import SetBoardHidden
from server.core.groups import GroupNotes, RenameGroup
from server.core.ids import Language
from server.core.notes import AddNote, TranslateNote
from server.core.timers import StartTimer
from tests.hall import Hall

REAL_NOTES = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "notes-de.csv"

# column, room, author, text, translation
NOTES = [
    (
        "themen",
        "ka",
        "Miriam",
        "Gemeinschaftsgärten: Saatgut und Wissen tauschen",
        "Общие сады: обмен семенами и знаниями",
    ),
    (
        "themen",
        "kr",
        "Алексей",
        "Парк «Краснодар» как место для совместных фестивалей",
        "Der Park „Krasnodar“ als Ort für gemeinsame Festivals",
    ),
    ("themen", "ka", "Jonas", "Schüler-Podcast über zwei Städte", "Школьный подкаст о двух городах"),
    ("akteure", "kr", "Ольга", "Клуб велосипедистов, человек двести", "Fahrradclub, etwa zweihundert Leute"),
    ("akteure", "ka", "", "Hochschule für Gestaltung: Studierende für Austauschprojekte", ""),
    ("akteure", "kr", "Ирина", "Городская библиотека им. Пушкина", "Puschkin-Stadtbibliothek"),
    ("ideen", "ka", "Sabine", "Rezepte-Tausch: ein Abend, zwei Küchen, eine Leinwand", ""),
    ("ideen", "kr", "Денис", "Онлайн-джем: два зала, один концерт", "Online-Jam: zwei Säle, ein Konzert"),
    ("ideen", "ka", "Petra", "Chöre proben dasselbe Lied", "Хоры репетируют одну песню"),
]
GROUPS = [("Grün in der Stadt", "Зелень в городе", (0, 1)), ("Musik & Bühne", "Музыка и сцена", (7, 8))]


def note_id(n: int) -> str:
    return f"note{n:08d}"


class Scenery:
    """`people`: person ids by (room, name). `facilitators`: by room."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.people: dict[tuple[str, str], str] = {}
        self.facilitators: dict[str, str] = {}

    async def person(self, room: str, name: str) -> str:
        if (room, name) not in self.people:
            self.people[room, name] = await self.hall.join("participant", room, name)
        return self.people[room, name]

    async def begin(self, step: str = "ideen-sammeln", timer_ms: int = 15 * 60_000) -> None:
        """Both facilitators are there, the session runs from now, a joint step is open with its timer."""
        for room, name in (("ka", "Sabine"), ("kr", "Ирина")):
            self.facilitators[room] = await self.hall.join("facilitator", room, name)
        await self.hall.give(self.facilitators["ka"], StartSession())
        await self.open(step)
        if timer_ms:
            await self.hall.give(self.facilitators["ka"], StartTimer(("ka", "kr"), timer_ms))

    async def open(self, step: str) -> None:
        receipt = await self.hall.give(self.facilitators["ka"], OpenStep(step, ("ka", "kr")))
        assert receipt.code is None, receipt

    async def write(self, step: str = "ideen-sammeln") -> None:
        """The notes of the pictures."""
        for n, (column, room, name, text, _) in enumerate(NOTES):
            person = await self.person(room, name)
            language: Language = "de" if room == "ka" else "ru"
            receipt = await self.hall.give(person, AddNote(note_id(n), step, column, text, language))
            assert receipt.code is None, receipt

    async def reveal(self, board: str = "ideen") -> None:
        """Show the board; the notes of the pictures get their second lines, which only now a facilitator can write."""
        await self.hall.give(self.facilitators["ka"], SetBoardHidden(board, False))
        for n, (*_, translation) in enumerate(NOTES):
            if translation and note_id(n) in self.hall.live.state.notes:
                receipt = await self.hall.give(self.facilitators["ka"], TranslateNote(note_id(n), translation))
                assert receipt.code is None, receipt

    async def write_real(self, how_many: int = 522, step: str = "ideen-sammeln") -> int:
        """The real contributions, spread over columns and rooms; gives how many there were."""
        with REAL_NOTES.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))[:how_many]
        for n, row in enumerate(rows):
            person = await self.person("ka" if n % 2 else "kr", f"Person {n // 40}")
            column = ("themen", "akteure", "ideen")[n % 3]
            receipt = await self.hall.give(person, AddNote(note_id(1000 + n), step, column, row["text"], "de"))
            assert receipt.code is None, receipt
        return len(rows)

    async def group(self) -> None:
        for n, (title, translation, members) in enumerate(GROUPS):
            group_id = f"group{n:07d}"
            ids = tuple(note_id(member) for member in members)
            await self.hall.give(self.facilitators["ka"], GroupNotes(group_id, ids, title))
            await self.hall.give(self.facilitators["ka"], RenameGroup(group_id, title, translation))
