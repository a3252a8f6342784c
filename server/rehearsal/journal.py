"""What one simulated person knows the server has promised: kept only once it was acknowledged."""

from msgspec import Struct


class Written(Struct):
    """A note of one's own, as of the last acknowledgement."""

    text: str
    language: str
    activity: str
    board: str
    withdrawn: bool = False


class Journal:
    """`dots`: by round, by item, as last acknowledged."""

    def __init__(self) -> None:
        self.notes: dict[str, Written] = {}
        self.dots: dict[str, dict[str, int]] = {}
