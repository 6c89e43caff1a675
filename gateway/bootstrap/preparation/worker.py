"""Worker process of a publication: prepares batches of permits for the process that started it.

It has a gateway of its own, made of the same settings, and reads the key of the seal from its file
itself: no key passes from process to process. It ends when the process that started it ends,
whatever ends that one: its pipe is closed then.
"""

import gc
import os
import signal
from collections.abc import Callable
from contextlib import AbstractContextManager
from multiprocessing.connection import Connection

from gateway.domain.errors import GatewayError
from gateway.exchange.permits.publication.batches import prepare_batch
from gateway.exchange.permits.publication.prepare import PreparePermit
from gateway.exchange.ports import Sealer
from gateway.hardening import harden_process
from gateway.processes.messages import receive, send

NICENESS = 5
"""Answers of a gateway on the same machine go before."""


Preparer = tuple[PreparePermit, Callable[[], Sealer | None]]
OpenPreparer = Callable[[], AbstractContextManager[Preparer]]
"""Opens what a worker prepares permits with, within its process. It can be pickled."""


def prepare_batches(connection: Connection, open_preparer: OpenPreparer) -> None:
    """Answer each batch with its outcomes, or with the error that ends the publication."""
    harden_process()
    os.nice(NICENESS)
    # Ctrl-C goes to every process of a terminal; the one that started this one decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with open_preparer() as (prepare, sealer), connection:
        # What was imported stays: the garbage collector need not look through it again and again.
        gc.freeze()
        while True:
            try:
                batch = receive(connection)
            except EOFError:
                return
            try:
                answer: object = prepare_batch(batch, prepare, sealer)
            except GatewayError as error:
                answer = error
            try:
                send(connection, answer)
            except BrokenPipeError:
                return
