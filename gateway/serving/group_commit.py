"""Group commit: journal rows of requests that arrive together share one fsync.

A pending answer must not leave before its journal row is on disk. The first `settle` of a group
writes the rows of the whole group in one transaction; the others find theirs written. So the cost
of the disk is paid once for each group, not once for each request.

Requests form a group if the event loop works on them in the same few passes. The loop itself does
the waiting, for two reasons. A thread for the commit would leave the loop free meanwhile, but
switching threads costs more than a fast disk. A timer that waits for more requests would delay a
caller that is alone.
"""

import asyncio
from asyncio import AbstractEventLoop, Future

from gateway.http import HttpAnswer, Pending

IDLE_LOOP_PASSES = 2
"""Passes of the event loop without a new pending answer after which the group is committed.

A request needs two: its bytes are read in one pass, and its task runs in the next. A request whose
bytes had already arrived when the group began is therefore part of the group.
"""

_MAX_GROUP = 64
"""Answers in a group. Bounds the wait of the first one while ever more requests arrive."""


class GroupCommit:
    """The pending answers of one event loop."""

    def __init__(self) -> None:
        self._group: list[tuple[Pending, Future[HttpAnswer]]] = []

    def submit(self, pending: Pending) -> "Future[HttpAnswer]":
        """Add a pending answer to the group. The future gives the answer that may leave.

        The answer is settled, and so journalled, even if the future is cancelled meanwhile.
        """
        loop = asyncio.get_running_loop()
        answer: Future[HttpAnswer] = loop.create_future()
        self._group.append((pending, answer))
        if len(self._group) == 1:
            loop.call_soon(self._on_loop_pass, loop, 1, IDLE_LOOP_PASSES)
        return answer

    def _on_loop_pass(self, loop: AbstractEventLoop, size_before: int, idle_passes: int) -> None:
        size = len(self._group)
        idle_passes_left = IDLE_LOOP_PASSES if size > size_before else idle_passes - 1
        if size >= _MAX_GROUP or idle_passes_left < 0:
            self._commit()
        else:
            loop.call_soon(self._on_loop_pass, loop, size, idle_passes_left)

    def _commit(self) -> None:
        group, self._group = self._group, []
        for pending, answer in group:
            sendable = pending.settle()
            if not answer.done():  # done already: its client has gone
                answer.set_result(sendable)
