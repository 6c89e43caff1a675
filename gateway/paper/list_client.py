"""Key list client: fetches the key list of a partner from its address, by HTTPS."""

from dataclasses import dataclass
from pathlib import Path

from gateway.exchange.permits.paper.key_list_file import MOST_BYTES
from gateway.exchange.ports.paper.codes import ListNotFetched
from gateway.wire.http_get import get
from gateway.wire.http_post import NoResponse

_TOTAL_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class KeyListClient:
    """The port `KeyListSource`.

    address: of the list.  ca_file: CAs of the server's certificate, PEM; None: CAs of the system.
    """

    address: str
    ca_file: Path | None

    def fetch(self) -> bytes:
        """See the port. A redirect is a refusal: no address but the configured one is asked."""
        try:
            answer = get(self.address, {}, _TOTAL_SECONDS, MOST_BYTES, ca_file=self.ca_file)
        except NoResponse as failed:
            raise ListNotFetched(f"gave {failed}") from None
        if answer.status != 200:
            raise ListNotFetched(f"refused (HTTP status {answer.status})")
        return answer.body
