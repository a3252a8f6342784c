"""Ranks order what stands on a board, with room for one more between any two."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.core import ranks


def test_ranks_at_the_end_are_ordered_like_numbers() -> None:
    numbers = [0, 1, 2, 9, 10, 35, 36, 37, 1295, 1296, 100_000, 36**6 - 1]
    assert [ranks.nth(n) for n in numbers] == sorted(ranks.nth(n) for n in numbers)


@pytest.mark.parametrize(
    ("low", "high"),
    [("", "000001"), ("000001", "000002"), ("", "000000i"), ("00000z", "000010"), ("0000hz", "0000i0"), ("", "000010")],
)
def test_between_two_ranks_is_room(low: str, high: str) -> None:
    assert low < ranks.between(low, high) < high


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 10**9)), max_size=80), st.integers(1, 2000))
@settings(max_examples=150, deadline=None)
def test_however_things_are_placed_the_order_is_the_one_they_were_placed_in(
    moves: list[tuple[bool, int]], first: int
) -> None:
    placed: list[str] = []
    count = first
    for at_end, where in moves:
        if at_end or not placed:
            placed.append(ranks.nth(count))
            count += 37
        else:
            place = where % len(placed)
            low = placed[place - 1] if place else ""
            placed.insert(place, ranks.between(low, placed[place]))
        assert placed == sorted(set(placed))


def test_a_rank_in_the_middle_of_many_leaves_room_before_the_next_number() -> None:
    """Bug: between nth(1) and nth(1260) it gave "0000h", after which nothing fits in front of nth(612) = "0000h0"."""
    middle = ranks.between(ranks.nth(1), ranks.nth(1260))
    high = next(ranks.nth(n) for n in range(1, 1260) if ranks.nth(n) > middle)
    assert middle < ranks.between(middle, high) < high


def test_always_in_front_of_the_same_one_grows_slowly() -> None:
    low, high = ranks.nth(1), ranks.nth(2)
    chooser = random.Random(1)
    for _ in range(200):
        rank = ranks.between(low, high)
        assert low < rank < high
        low, high = (rank, high) if chooser.random() < 0.8 else (low, rank)
    assert len(rank) < 120
