"""Port of permit seals: seals are made anew with test keys, because the sealed bytes change."""

from collections.abc import Mapping
from typing import Protocol


class SealRemaker(Protocol):
    """Makes seals again. Its keys go along with the recordings."""

    def remade(self, before: bytes, seal: bytes, after: bytes) -> bytes:
        """The seal of the redacted document.

        before, seal: the original document and its seal.  after: the redacted document.
        The new seal holds where the former one held, and is broken where it was broken.
        """

    @property
    def keys(self) -> Mapping[str, bytes]:
        """PEM files of the keys that were used, by file name."""
