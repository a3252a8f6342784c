"""Orders to recordings in another process: POST to MEDIA_URL, each signed with what it says, and leave to fetch a file there."""

import asyncio
import http.client
import urllib.error
import urllib.request
from collections.abc import Callable

import msgspec

from server.rtc.recordings import Away, Order, Told, decode_told, encode
from server.rtc.tokens import Leave, digest, token

WITHIN_S = 5.0
ORDER_VALID_MS = 30_000
FETCH_VALID_MS = 12 * 3_600_000
"""A download of a whole window over a slow line that breaks off goes on within so long."""
_NOT_OURS = (400, 404, 405, 501)
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""By no proxy that the machine may use for the world outside."""


class RemoteRecordings:
    """`url`: MEDIA_URL, of a process of ours. `key`: that of media tokens. `now`: UTC ms."""

    def __init__(self, url: str, key: bytes, now: Callable[[], int]) -> None:
        self._url, self._key, self._now = f"{url}/recordings", key, now

    async def order(self, order: Order) -> Told:
        return await asyncio.to_thread(self._post, encode(order))

    def address(self, session: str, name: str) -> str:
        """Where that file is fetched, for a while and nothing else."""
        until = self._now() + FETCH_VALID_MS
        return f"{self._url}/{session}/{name}?leave={token(self._key, Leave('fetch', f'{session}/{name}', until, ''))}"

    def _post(self, data: bytes) -> Told:
        leave = token(self._key, Leave("record", "recordings", self._now() + ORDER_VALID_MS, digest(data)))
        request = urllib.request.Request(self._url, data, {"Authorization": f"Bearer {leave}"})
        try:
            with _DIRECT.open(request, timeout=WITHIN_S) as answer:
                return decode_told(answer.read())
        except urllib.error.HTTPError as refused:
            if refused.code in _NOT_OURS:
                return Told("not_offered")
            raise Away(f"{self._url} answers {refused.code}") from refused
        except (OSError, http.client.HTTPException, msgspec.MsgspecError) as error:
            raise Away(str(error)) from error
