"""LRU cache of documents: most answers then need a single look-up in the database.

Bounded by bytes, not by entries, as documents differ much in size.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable

from gateway.exchange.ports import Document

MAX_BYTES = 64 * 1024 * 1024
"""Of documents and seals, in each process: some 3,000 permits of ten lines."""

Key = tuple[object, ...]


class DocumentCache:
    """Documents by permit, revision, version and form. Thread-safe.

    A key never names another document later: every change of a permit gives it a new revision. The
    caller has just read the revision from the database, so an answer is never stale.
    """

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._documents: OrderedDict[Key, Document] = OrderedDict()  # least recently used first
        self._free_bytes = max_bytes
        self._lock = threading.Lock()

    def get(self, key: Key, fetch: Callable[[], Document | None]) -> Document | None:
        """The document, fetched on a cache miss. A document that does not exist is not cached."""
        with self._lock:
            document = self._documents.get(key)
            if document is not None:
                self._documents.move_to_end(key)
                return document
        document = fetch()  # outside of the lock: no thread waits for another's query
        if document is not None:
            self._add(key, document)
        return document

    def _add(self, key: Key, document: Document) -> None:
        with self._lock:
            if key in self._documents:
                return
            self._documents[key] = document
            self._free_bytes -= _size(document)
            while self._free_bytes < 0:
                _, evicted = self._documents.popitem(last=False)
                self._free_bytes += _size(evicted)


def _size(document: Document) -> int:
    """In bytes. A seal is held as bytes and, once it was answered, in base64 as well."""
    return len(document.content) + 3 * len(document.seal or b"")
