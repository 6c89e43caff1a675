"""Thread pool of daemon threads: the end of the process waits for none of them.

Python joins the threads of a ThreadPoolExecutor before it exits. A partner that keeps an attempt
waiting would so keep a gateway from stopping. An attempt that is cut off is made again after its
lease, as after a power failure: the operation is idempotent at the partner.
"""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from queue import SimpleQueue
from threading import Thread
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class DaemonThreads(Executor):
    """An executor. For the thread that made it alone.

    most: threads at a time; calls beyond that wait.  name: prefix of the threads' names.
    """

    def __init__(self, most: int, name: str) -> None:
        self._most = most
        self._name = name
        self._threads: list[Thread] = []
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """See Executor."""
        future: Future[R] = Future()

        def call() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = fn(*args, **kwargs)
            except BaseException as error:  # noqa: BLE001  # raised by Future.result
                future.set_exception(error)
            else:
                future.set_result(result)

        self._calls.put(call)
        if len(self._threads) < self._most:
            thread = Thread(
                target=self._work, name=f"{self._name}-{len(self._threads)}", daemon=True
            )
            self._threads.append(thread)
            thread.start()
        return future

    def shutdown(self, wait: bool = True, **_: Any) -> None:
        """See Executor. Calls that wait are still made."""
        for _thread in self._threads:
            self._calls.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def _work(self) -> None:
        while (call := self._calls.get()) is not None:
            call()
