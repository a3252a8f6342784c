"""The facilitators' script where chance leaves it little to go on."""

import asyncio
from pathlib import Path

from msgspec.structs import replace

from server.core.notes import AddNote
from server.rehearsal.client import Client, new_id
from server.rehearsal.doorstep import enter, read_door
from server.rehearsal.script import Pace, Script
from server.rehearsal.stats import Stats
from server.rehearsal.waiting import finished, until
from server.web.plans import load_plan
from tests.hall import KICKOFF, running_hall

STEPS = ("initiativen-schreiben", "initiativen-punkten")


async def test_a_vote_over_a_column_that_nobody_filled_is_held_all_the_same(tmp_path: Path) -> None:
    plan = load_plan(KICKOFF)
    short = replace(plan, activities=tuple(step for step in plan.activities if step.id in STEPS))
    async with running_hall(tmp_path, short) as hall:
        door = read_door(None, hall.link("facilitator", "ka"))
        hand = Client(door, await enter(door, "ka", "Sabine"), "de", Stats())
        line = asyncio.create_task(hand.run())
        script = Script({"ka": hand}, speed=60, pace=Pace(patience=0.1))
        playing = asyncio.create_task(script.play())
        miriam = await hall.join("participant", "ka", "Miriam")
        try:
            assert await until(lambda: STEPS[0] in script.opened, 60)
            await hall.give(miriam, AddNote(new_id(), STEPS[0], "mitmachen", "Der Chor", "de"))
            await playing
        finally:
            hand.stop()
            for task in (playing, line):
                await finished(task)
        (found,) = hall.live.state.rounds.values()
        assert (found.activity, found.status) == (STEPS[1], "closed")
        assert [refusal for refusal in script.refused if "Round" in refusal] == []
