"""Partner as an anchor: where nothing else was exchanged, ServiceState carries our newest head."""

from collections.abc import Callable
from dataclasses import dataclass

from gateway.exchange.anchors.anchor import partner_anchor
from gateway.exchange.ports import Head, PartnerOperations


@dataclass(frozen=True, slots=True)
class AnchorPartner:
    """The port `Anchor`: a partner that exchanges heads.

    key: of the partner.  operations: gives its client; None: it is never asked, and takes our heads
    when it asks us.
    """

    key: str
    operations: Callable[[], PartnerOperations] | None

    @property
    def name(self) -> str:
        """See the port."""
        return partner_anchor(self.key)

    def keep(self, _head: Head) -> bool:
        """See the port. Not yet: its receipt comes with an answer, and is stored then."""
        if self.operations:
            self.operations().state()
        return False
