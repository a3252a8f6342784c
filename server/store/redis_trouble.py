"""What Redis says, put into plain sentences for the operator."""

from urllib.parse import urlsplit

from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    ConnectionError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    TimeoutError,
)


def shown(url: str) -> str:
    """Where Redis is, without the password."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def sentence(error: RedisError, at: str) -> str:
    """What is wrong and what to do. `at`: as `shown` gives it."""
    match error:
        case AuthenticationError():
            return (
                f"Redis at {at} refuses the user or the password: correct REDIS_URL (redis://USER:PASSWORD@HOST:PORT)."
            )
        case BusyLoadingError():
            return f"Redis at {at} is still reading its files: wait until it has."
        case ConnectionError() | TimeoutError():
            return f"Redis at {at} cannot be reached ({_reason(error)}): start it, or correct REDIS_URL."
        case OutOfMemoryError():
            return f"Redis at {at} has no memory left: raise its maxmemory, the server goes on by itself."
        case ReadOnlyError():
            return f"Redis at {at} is a replica and takes no writes: give the address of the primary in REDIS_URL."
        case NoPermissionError():
            return (
                f"Redis at {at} does not let this user do all that is needed ({_reason(error)}): give it more rights."
            )
        case _ if str(error).startswith("MISCONF"):
            return f"Redis at {at} cannot write its files: look at its log, and free some space on its disk."
        case _ if str(error).startswith("WRONGTYPE"):
            return another_program(at)
        case _:
            return f"Redis at {at} could not be used ({_reason(error)}): look at its log and report this."


def another_program(at: str) -> str:
    """The keys are there, and not as we would have made them."""
    return f"The keys tcl:* in Redis at {at} belong to another program: choose another database number in REDIS_URL."


def _reason(error: RedisError) -> str:
    return str(error).rstrip(".")
