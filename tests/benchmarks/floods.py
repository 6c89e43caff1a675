"""Floods: clients that cost a server as much as they can, each kind in a process of its own.

python floods.py KIND --port 443 --seconds 30

Standard library alone and no import of the project, so that costs.py can use it on any version of
the gateway. The last line of the output is JSON: connections made, MB sent, connections that the
server ended.
"""

import argparse
import asyncio
import json
import ssl
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field

TINY = b"GET / HTTP/1.1\r\nHost:g\r\n\r\n"
READ_BYTES = 1 << 16
_PIECE = b"A" * READ_BYTES
_HEAD = (
    b"POST /epix/v2 HTTP/1.1\r\nHost: epix.example.org\r\n"
    b"Content-Type: text/xml; charset=utf-8\r\nContent-Length: %d\r\n\r\n"
)


@dataclass
class Tally:
    """What a flood did.  ended: connections that the server refused, closed or reset."""

    connections: int = 0
    sent_mb: float = 0.0
    ended: int = 0


@dataclass
class Target:
    """Where the flood goes, and as whom.  context: None for a flood that speaks no TLS."""

    host: str
    port: int
    name: str
    context: ssl.SSLContext
    megabytes: float
    connections: int
    tally: Tally = field(default_factory=Tally)

    @property
    def bytes(self) -> int:
        """Length of a body."""
        return int(self.megabytes * 1048576)

    async def connect(self, *, tls: bool = True) -> "Line":
        reader, writer = await asyncio.open_connection(
            self.host,
            self.port,
            ssl=self.context if tls else None,
            server_hostname=self.name if tls else None,
        )
        self.tally.connections += 1
        return Line(reader, writer, self.tally)


@dataclass
class Line:
    """One connection of a flood."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    tally: Tally

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()
        await asyncio.sleep(0)  # drain returns at once while there is room in the buffer
        self.tally.sent_mb += len(data) / 1e6

    async def post(self, length: int, missing: int = 0) -> None:
        """Send a request whose body of this length is no XML, but for its last `missing` bytes."""
        await self.send(_HEAD % length)
        while length > missing:
            piece = min(length - missing, READ_BYTES)
            await self.send(_PIECE[:piece])
            length -= piece

    async def read_to_the_end(self) -> None:
        while await self.reader.read(READ_BYTES):
            pass

    def close(self) -> None:
        self.writer.transport.abort()


async def refused_posts(target: Target) -> None:
    """Sixty large posts in four seconds, each on a connection of its own, and again."""
    posts: set[asyncio.Task[None]] = set()
    while True:
        task = asyncio.create_task(_once(target, _post_all))
        posts.add(task)
        task.add_done_callback(posts.discard)
        await asyncio.sleep(4 / 60)


async def _post_all(line: Line, target: Target) -> None:
    await line.post(target.bytes)
    await line.reader.read(READ_BYTES)


async def pipelined_gets(target: Target) -> None:
    """Megabytes of the shortest request there is, on all connections, answers read."""
    flood = TINY * int(target.megabytes * 1e6 / target.connections / len(TINY))

    async def flooding(line: Line, _: Target) -> None:
        line.writer.write(flood)
        target.tally.sent_mb += len(flood) / 1e6
        await line.read_to_the_end()

    await _on_all(target, flooding)


async def slow_bodies(target: Target) -> None:
    """Bodies that are sent but for their last byte."""

    async def holding(line: Line, _: Target) -> None:
        await line.post(target.bytes, missing=1)
        await line.read_to_the_end()

    await _on_all(target, holding)


async def silent_handshakes(target: Target) -> None:
    """Connections that say nothing before TLS."""

    async def silent(line: Line, _: Target) -> None:
        await line.read_to_the_end()

    await _on_all(target, silent, tls=False)


async def huge_heads(target: Target) -> None:
    """Heads without end."""

    async def endless(line: Line, _: Target) -> None:
        await line.send(b"GET /epix HTTP/1.1\r\nHost: g\r\n")
        while not line.reader.at_eof():
            await line.send(b"X-Field: %s\r\n" % (b"x" * 4_000))

    await _on_all(target, endless)


async def refused_handshakes(target: Target) -> None:
    """Connections whose certificate, or lack of one, the server refuses."""

    async def shaking(line: Line, _: Target) -> None:
        await line.read_to_the_end()

    await _on_all(target, shaking)


async def refused_messages(target: Target) -> None:
    """Messages that are no SOAP, one after the other, by whoever has the certificate."""

    async def talking(line: Line, _: Target) -> None:
        while True:
            await line.post(target.bytes)
            head = await line.reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
            await line.reader.readexactly(length)

    await _on_all(target, talking)


Behaviour = Callable[[Line, Target], Awaitable[None]]


async def _on_all(target: Target, behave: Behaviour, *, tls: bool = True) -> None:
    """Behave so on as many connections as asked for; each is opened anew when it ends."""

    async def again() -> None:
        while True:
            await _once(target, behave, tls=tls)
            await asyncio.sleep(0.01)

    await asyncio.gather(*(again() for _ in range(target.connections)))


async def _once(target: Target, behave: Behaviour, *, tls: bool = True) -> None:
    line = None
    with suppress(OSError, asyncio.IncompleteReadError, ValueError):
        try:
            line = await target.connect(tls=tls)
            await behave(line, target)
        finally:
            target.tally.ended += 1
            if line is not None:
                line.close()


KINDS: dict[str, Callable[[Target], Awaitable[None]]] = {
    "refused-posts": refused_posts,
    "pipelined-gets": pipelined_gets,
    "slow-bodies": slow_bodies,
    "silent-handshakes": silent_handshakes,
    "huge-heads": huge_heads,
    "refused-handshakes": refused_handshakes,
    "refused-messages": refused_messages,
}


async def _flood(kind: str, target: Target, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(KINDS[kind](target), seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--name", default="localhost", help="host name for TLS")
    parser.add_argument("--certificate", help="PEM with certificate and key")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--connections", type=int, default=60)
    parser.add_argument("--megabytes", type=float, default=1.0)
    asked = parser.parse_args()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if asked.certificate:
        context.load_cert_chain(asked.certificate)
    target = Target(asked.host, asked.port, asked.name, context, asked.megabytes, asked.connections)
    asyncio.run(_flood(asked.kind, target, asked.seconds))
    json.dump(asdict(target.tally), sys.stdout)


if __name__ == "__main__":
    main()
