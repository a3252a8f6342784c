"""Where streams are published and watched, and by which key leave for that is signed: MEDIA_URL and MEDIA_KEY."""

from collections.abc import Mapping

from server.mistakes import Mistake

KEY_BYTES = 32
NEW_KEY = "make one with `openssl rand -hex 32` and give the same to `serve` and to `media`"


def read_media_url(environment: Mapping[str, str]) -> str:
    """ "" for none: streams pass through the server itself. Without a slash at the end. Raises `Mistake`."""
    url = environment.get("MEDIA_URL", "").strip().rstrip("/")
    if url and not url.startswith(("http://", "https://")):
        raise Mistake("MEDIA_URL is no web address: it begins with https:// (or http://)")
    if ("{stream}" in url) != ("{way}" in url):
        raise Mistake("MEDIA_URL has places for {way} and {stream}, or for neither of them")
    if url and not environment.get("MEDIA_KEY"):
        raise Mistake(f"MEDIA_URL needs a MEDIA_KEY, by which that server knows whom we let in: {NEW_KEY}")
    return url


def read_media_key(environment: Mapping[str, str]) -> bytes:
    """b"" for none. Raises `Mistake`, which does not repeat what was given."""
    try:
        key = bytes.fromhex(environment.get("MEDIA_KEY", ""))
    except ValueError:
        key = b"?"
    if key and len(key) != KEY_BYTES:
        raise Mistake(f"MEDIA_KEY is no good: it is {2 * KEY_BYTES} hexadecimal digits; {NEW_KEY}")
    return key
