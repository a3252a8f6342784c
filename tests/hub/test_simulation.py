"""R7: a thousand random workshops on a bad network, each with its own luck, and what was promised holds in all of them."""

import pytest

from tests.hub.judging import judged
from tests.hub.simulation import Run

SEEDS = 1000
IN_ONE_TEST = 50
PINNED: tuple[int, ...] = ()
"""Seeds that once failed, each with the name of its bug beside it."""


@pytest.mark.parametrize("first", range(0, SEEDS, IN_ONE_TEST))
def test_workshops_on_a_bad_network_keep_all_promises(first: int) -> None:
    for seed in (*PINNED, *range(first, first + IN_ONE_TEST)):
        assert Run(seed, judged).play().faults == [], f"seed {seed}: pin it"


def test_the_simulation_is_rough() -> None:
    """Servers die, commands are refused and accepted, votes are cast: else the promises would cost nothing."""
    runs = [Run(seed, judged).play() for seed in range(30)]
    answers = [code for run in runs for phone in run.phones for _, code in phone.journal.values()]
    assert sum(run.crashes for run in runs) > 5
    assert answers.count(None) > 300
    assert sum(code is not None for code in answers) > 100


def test_a_run_is_the_same_every_time() -> None:
    first, again = Run(7, judged).play(), Run(7, judged).play()
    assert [phone.journal for phone in first.phones] == [phone.journal for phone in again.phones]


def found(plant: str) -> set[str]:
    """The kinds of fault that come up, with one planted."""
    kinds: set[str] = set()
    for seed in range(40):
        run = Run(seed, judged)
        if plant == "drops_writes":
            run.store.drops_writes = True
        else:
            for phone in run.phones:
                phone.new_id_each_time = True
        kinds |= {fault.split(": ", 1)[-1].split(" ", 2)[-1] for fault in run.play().faults}
    return kinds


def test_a_store_that_only_says_it_saved_is_found_out() -> None:
    assert any("nobody kept" in kind for kind in found("drops_writes"))


def test_a_retry_under_a_new_id_is_found_out() -> None:
    assert any("twice" in kind for kind in found("new_id_each_time"))
