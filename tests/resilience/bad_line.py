"""Bad line: a TCP proxy that drops, delays, repeats and cuts requests and answers at random."""

import asyncio
import random
import threading
from collections import Counter
from contextlib import suppress
from typing import Self


class BadLine:
    """A proxy of one HTTP request for each connection, on an event loop of its own.

    done: fault -> how often it was made.
    """

    def __init__(self, port: int, seed: int) -> None:
        self._to = port
        self._chance = random.Random(seed)  # faults are the same in each run
        self.done: Counter[str] = Counter()
        self._thread = threading.Thread(target=asyncio.run, args=(self._run(),))
        self._started = threading.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._started.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    async def _run(self) -> None:
        """Serve until the end of the block, then cancel what is under way and wait for it."""
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port: int = server.sockets[0].getsockname()[1]
        self._started.set()
        await self._over.wait()
        server.close()
        await asyncio.sleep(0)  # connections that were accepted at this moment begin their task
        while self._tasks:
            for task in self._tasks:
                task.cancel()
            await asyncio.wait(self._tasks)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        kinds = ("through", "drop", "delay", "repeat", "cut request", "cut answer")
        (fault,) = self._chance.choices(kinds, (60, 8, 8, 8, 8, 8))
        self.done[fault] += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)  # the loop itself refers to tasks weakly
        task.add_done_callback(self._tasks.discard)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
            request = head + await reader.readexactly(length)
            if fault == "delay":
                await asyncio.sleep(self._chance.random() / 10)
            if fault == "cut request":
                await self._asked(request[: len(head) + length // 2], to_its_end=False)
            elif fault == "repeat":
                writer.write(await self._asked_twice(request))
            elif fault != "drop":
                answer = await self._asked(request)
                writer.write(answer[: len(answer) // 2] if fault == "cut answer" else answer)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            self.done["no gateway"] += 1
        except asyncio.CancelledError:
            pass  # the block has ended; asyncio logs a connection that ends in this error
        finally:
            await _closed(writer)

    async def _asked_twice(self, request: bytes) -> bytes:
        """The first answer of two, after both have ended: the loop may end right after.

        Raises: OSError, if the first had none.
        """
        twice = (self._asked(request), self._asked(request))
        first, _ = await asyncio.gather(*twice, return_exceptions=True)
        if isinstance(first, BaseException):
            raise first
        return first

    async def _asked(self, request: bytes, *, to_its_end: bool = True) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._to)
        try:
            writer.write(request)
            await writer.drain()
            return await reader.read() if to_its_end else b""
        finally:
            await _closed(writer)


async def _closed(writer: asyncio.StreamWriter) -> None:
    """Close a connection and wait for it: the loop may end right after."""
    writer.close()
    try:
        with suppress(OSError):
            await writer.wait_closed()
    finally:
        writer.transport.abort()  # what the other end does not read must not wait any longer
