"""Which documents were answered lately? Kept in memory, within a bound, so that most answers need one look-up only."""

import threading
from collections import OrderedDict
from collections.abc import Callable

from gateway.exchange.ports import Document

MOST_BYTES = 64 * 1024 * 1024
"""Of documents and seals, in each process: some 3,000 permits of ten lines."""

Key = tuple[object, ...]


class RememberedDocuments:
    """Documents by what never names another one: permit, its revision, version and form. Safe to share by threads.

    Whoever asks must have seen the revision in the database just now; so nothing stale is ever given.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._documents: OrderedDict[Key, Document] = OrderedDict()
        self._room = most_bytes
        self._lock = threading.Lock()

    def get(self, key: Key, fetch: Callable[[], Document | None]) -> Document | None:
        """The document, fetched where it is not remembered. What is not there is not remembered either."""
        with self._lock:
            document = self._documents.get(key)
            if document is not None:
                self._documents.move_to_end(key)
                return document
        document = fetch()
        if document is not None:
            self._keep(key, document)
        return document

    def _keep(self, key: Key, document: Document) -> None:
        with self._lock:
            if key in self._documents:
                return
            self._documents[key] = document
            self._room -= _size(document)
            while self._room < 0:
                _, oldest = self._documents.popitem(last=False)
                self._room += _size(oldest)


def _size(document: Document) -> int:
    return len(document.content) + 3 * len(document.seal or b"")  # a seal is remembered in base64 too
