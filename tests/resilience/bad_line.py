"""What can befall a message on its way? A line that drops, delays, repeats and cuts requests and answers at random."""

import asyncio
import random
import threading
from collections import Counter
from typing import Self


class BadLine:
    """A TCP proxy of one HTTP request for each connection, on a loop of its own. done: how often each mischief was."""

    def __init__(self, port: int, seed: int) -> None:
        self._to = port
        self._chance = random.Random(seed)  # mischief is to be repeatable
        self.done: Counter[str] = Counter()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def __enter__(self) -> Self:
        self._thread.start()
        starting = asyncio.start_server(self._serve, "127.0.0.1", 0)
        self._server = asyncio.run_coroutine_threadsafe(starting, self._loop).result(10)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        kinds = ("through", "drop", "delay", "repeat", "cut request", "cut answer")
        (mischief,) = self._chance.choices(kinds, (60, 8, 8, 8, 8, 8))
        self.done[mischief] += 1
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
            request = head + await reader.readexactly(length)
            if mischief == "delay":
                await asyncio.sleep(self._chance.random() / 10)
            if mischief == "cut request":
                await self._asked(request[: len(head) + length // 2], to_its_end=False)
            elif mischief == "repeat":
                answer, _ = await asyncio.gather(self._asked(request), self._asked(request))
                writer.write(answer)
            elif mischief != "drop":
                answer = await self._asked(request)
                writer.write(answer[: len(answer) // 2] if mischief == "cut answer" else answer)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            self.done["nobody there"] += 1
        finally:
            writer.close()

    async def _asked(self, request: bytes, *, to_its_end: bool = True) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._to)
        try:
            writer.write(request)
            await writer.drain()
            return await reader.read() if to_its_end else b""
        finally:
            writer.close()
