"""The comparison: `websockets.broadcast` on uvloop, and nothing else. No decision, no store, no rooms, no resume.

A child process of the bench: prints its port, then answers each command with one change for everyone and an ack.
`python -m bench.bare BYTES`: how large a change is.
"""

import asyncio
import sys

import msgspec
import uvloop
from msgspec import Struct
from websockets.asyncio.server import ServerConnection, broadcast, serve


class Note(Struct):
    note_id: str


class Command(Struct):
    id: str
    command: Note


async def main(size: int) -> None:
    decode = msgspec.json.Decoder(Command).decode
    lines: set[ServerConnection] = set()
    filling = "x" * max(size - len('{"set":{"note:":""}}') - 20, 0)

    async def answer(line: ServerConnection) -> None:
        lines.add(line)
        try:
            async for data in line:
                command = decode(data)
                broadcast(lines, f'{{"set":{{"note:{command.command.note_id}":"{filling}"}}}}')
                await line.send(f'{{"type":"ack","id":"{command.id}"}}')
        finally:
            lines.discard(line)

    async with serve(answer, "127.0.0.1", 0, compression=None) as server:
        print(next(iter(server.sockets)).getsockname()[1], flush=True)
        await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
