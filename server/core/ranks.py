"""Ranks: strings whose plain order is the order on the board, with room for one more between any two."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_WIDTH = 6


def nth(count: int) -> str:
    """The rank of the count-th thing put at an end. Fixed width, so that string order is number order."""
    digits = ""
    for _ in range(_WIDTH):
        count, digit = divmod(count, 36)
        digits = _DIGITS[digit] + digits
    return digits


def between(low: str, high: str) -> str:
    """A rank above `low` ("" for none) and below `high`; both made here. Grows by a character when there is no room.

    Never narrower than the ranks of `nth` and never with a 0 at its end: between "a" and "a0" nothing would fit.
    """
    if low >= high:
        return low + "i"
    rank = ""
    bounded = True
    for place in range(max(len(low), len(high)) + 2):
        floor = _DIGITS.index(low[place]) if place < len(low) else 0
        ceiling = (_DIGITS.index(high[place]) if place < len(high) else 0) if bounded else 36
        if ceiling - floor > 1:
            return (rank + _DIGITS[(floor + ceiling) // 2]).ljust(_WIDTH, "i")
        rank += _DIGITS[floor]
        bounded = bounded and ceiling == floor
    return rank + "i"
