"""Why no connection comes about. Apart from `streams`, so that nobody brings in aiortc for the sake of a word."""


class NoStream(Exception):
    """Nobody publishes a stream of that name now."""


class BadOffer(Exception):
    """The session description is none, or asks for what is not to be had."""


class Full(Exception):
    """As many viewers as one process carries."""


class SentAway(Exception):
    """What this leave was given for is over, or whoever it was given to has been shown out since."""
