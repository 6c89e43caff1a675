"""Process of the pages for people, beside that of partners: started, restarted, ended with it.

It shares no thread and no database connection with the service for partners. Where it ends by
itself it is started again, and partners notice nothing.
"""

import os
import signal
from collections.abc import Callable
from functools import partial

from gateway.bootstrap.processes.children import START_ERRORS
from gateway.processes.beside import ProcessBeside, Ready
from gateway.processes.forked import end_with_parent
from gateway.serving import NOTIFY_SOCKET


def web_process(people: Callable[[], None]) -> ProcessBeside:
    """Start the process. people: answers people until SIGTERM."""
    return ProcessBeside("epix-web", "pages for people", partial(_run, people), START_ERRORS)


def _run(people: Callable[[], None], _ready: Ready) -> None:
    end_with_parent()
    # Until its own server handles the signal: it has not read its files yet.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    # The service manager is told by the process for partners alone.
    os.environ.pop(NOTIFY_SOCKET, None)
    people()
