"""What a server says of itself at `/metrics`, for tests of servers in processes of their own."""

import asyncio
import re
from urllib.parse import urlsplit


async def figures(base: str) -> dict[str, float]:
    """By name, added up over all labels. Asked by hand: an HTTP library's client takes longer to make than to use."""
    parts = urlsplit(base)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(f"GET /metrics HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n".encode())
    text = (await reader.read()).decode()
    writer.close()
    found: dict[str, float] = {}
    for name, value in re.findall(r"^(tcl_\w+?)(?:_total)?(?:\{[^}]*\})? (\S+)\r?$", text, re.MULTILINE):
        found[name] = found.get(name, 0.0) + float(value)
    return found
