"""pytest plug-in: a partner that answers from recordings, and recorded requests against a server.

It is loaded by every pytest run where this package is installed, so nothing else of the gateway is
imported before a test asks for the fixture (docs/recordings.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from gateway.bootstrap import Recording, ReplayPartner, ReplayResult


class EpixReplay:
    """Recordings in a test. Folders are those that `epix-gateway record` has written."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._partners: list[ReplayPartner] = []

    def recordings(self, *folders: str | Path) -> tuple[Recording, ...]:
        """The recordings in folders. Raises RecordingInvalid where one is not as recorded."""
        from gateway import bootstrap

        return bootstrap.recordings_in([Path(folder) for folder in folders])

    def partner(self, *folders: str | Path) -> ReplayPartner:
        """A partner on this machine until the test ends; its `address` is for your client.

        A request that was not recorded gets a fault, and fails the test at its end.
        """
        from gateway import bootstrap

        recordings = self.recordings(*folders)
        partner = self._stack.enter_context(bootstrap.answering(recordings))
        self._partners.append(partner)
        return partner

    def requests(
        self,
        *folders: str | Path,
        against: str,
        ignore: Sequence[str] = (),
        ca_file: str | Path | None = None,
        certificate_file: str | Path | None = None,
        key_file: str | Path | None = None,
    ) -> list[ReplayResult]:
        """Send the recorded requests to your server; a result for each, with its differences.

        against: address of the service.  ignore: places that are not compared.
        """
        from gateway import bootstrap

        files = (Path(each) if each else None for each in (ca_file, certificate_file, key_file))
        identity = bootstrap.ReplayIdentity(*files)
        found = self.recordings(*folders)
        return list(bootstrap.replay_to_server(found, against, identity, ignore))

    def require_answered(self) -> None:
        """Fail the test for each request that no recording answered."""
        sentences = [text for partner in self._partners for text in partner.replay.mismatches]
        if sentences:
            pytest.fail("\n".join(sentences), pytrace=False)


@pytest.fixture
def epix_replay() -> Iterator[EpixReplay]:
    """Recordings of EPIX exchanges: `partner(DIR)` and `requests(DIR, against=URL)`."""
    with ExitStack() as stack:
        replay = EpixReplay(stack)
        yield replay
        replay.require_answered()
