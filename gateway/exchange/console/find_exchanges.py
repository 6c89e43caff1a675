"""Search for exchanges on pages of bounded cost: newest first, by the order of their ids."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from gateway.exchange.ports.console.lines import ExchangeLines, LineFilter, LinePage

ON_A_PAGE = 50
SCANNED = 20_000
"""Records that one page looks at. A longer search goes on with the next page."""


@dataclass(frozen=True, slots=True)
class FindExchanges:
    """Use case: a page of exchanges. certificates: gives the fingerprints of a partner."""

    lines: ExchangeLines
    certificates: Callable[[str], frozenset[str]]

    def page(self, wanted: LineFilter, before: str | None = None) -> LinePage:
        """Return the newest exchanges that match, older than `before`.

        Those of a partner include the ones in which a certificate of the partner was refused.
        Raises ServiceUnavailable.
        """
        if wanted.partner is not None:
            wanted = replace(wanted, fingerprints=self.certificates(wanted.partner))
        return self.lines.page(wanted, before, ON_A_PAGE, SCANNED)
