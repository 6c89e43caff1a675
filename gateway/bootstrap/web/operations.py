"""Health and metrics of the pages for people, where they are served without the partners."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway import __version__
from gateway.bootstrap.gateway import build
from gateway.operations import CannotListen, Health, WebScrape, listening
from gateway.serving import CannotServe
from gateway.settings import Settings


@contextmanager
def web_operations(settings: Settings, folder: Path) -> Iterator[Callable[[], None]]:
    """Serve health and metrics of the pages, if configured, for the length of the block.

    folder: metrics of their workers.
    Gives the function that reports "not ready", to be called when the pages begin to stop.
    Raises CannotServe for an address in use.
    """
    listen = settings.web.operations_listen
    if listen is None:
        yield lambda: None
        return
    with build(settings) as gateway:
        health = Health({"store": gateway.store.check, "journal": gateway.store.check_writing})
        scrape = WebScrape(folder, health, __version__)
        try:
            with listening(listen.host or "127.0.0.1", listen.port, health, scrape) as address:
                logging.getLogger(__name__).info("operations of the pages at %s", address)
                yield health.draining.set
        except CannotListen as error:
            raise CannotServe(
                str(error).replace("operations.listen", "web.operations_listen")
            ) from None
