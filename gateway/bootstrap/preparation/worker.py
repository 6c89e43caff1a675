"""Worker process of a publication: prepares batches of permits for the process that started it.

It has a gateway of its own, made of the same settings, and reads the key of the seal from its file
itself: no key passes from process to process. It ends when the process that started it ends,
whatever ends that one: its pipe is closed then.
"""

import os
import signal
from multiprocessing.connection import Connection

from gateway.bootstrap.gateway import build
from gateway.domain.errors import GatewayError
from gateway.exchange.permits.publication.batches import prepare_batch
from gateway.exchange.ports import Clock
from gateway.hardening import harden_process
from gateway.settings import Settings

NICENESS = 5
"""Answers of a gateway on the same machine go before."""


def prepare_batches(connection: Connection, settings: Settings, clock: Clock) -> None:
    """Answer each batch with its outcomes, or with the error that ends the publication."""
    harden_process()
    os.nice(NICENESS)
    # Ctrl-C goes to every process of a terminal; the one that started this one decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with build(settings, clock) as gateway, connection:
        permits = gateway.permits
        while True:
            try:
                batch = connection.recv()
            except EOFError:
                return
            try:
                answer: object = prepare_batch(batch, permits.prepare, lambda: permits.keys.sealer)
            except GatewayError as error:
                answer = error
            try:
                connection.send(answer)
            except BrokenPipeError:
                return
