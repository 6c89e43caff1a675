"""Client of the resource for differences of counts at a partner's gateway: POST of JSON.

The partner knows us by our client certificate, and we know it by the CAs of its service, as with
SOAP. Each exchange is journalled whole.
"""

import logging
from dataclasses import dataclass, replace

from gateway.domain.errors import PartnerFailed
from gateway.exchange.ports import Clock, Direction, Exchange, Journal, NewId
from gateway.exchange.ports.report.shared import NOT_OFFERED, SharingNotOffered
from gateway.exchange.report.sharing.message import MOST_BYTES
from gateway.exchange.report.sharing.records import MESSAGE
from gateway.partners.faults import Failure, NotReached, Unreadable, partner_failed
from gateway.partners.messages import Message
from gateway.partners.profile import PartnerProfile
from gateway.partners.transport import RawAnswer, Transport

_JSON = "application/json"
_HEADERS = {"Content-Type": _JSON, "Accept": _JSON}
_BUSY = frozenset({408, 429, 500, 502, 503, 504})
"""Statuses that time can mend."""
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MismatchClient:
    """The port `SharingClient`. profile: of the partner's service, with the address of this one.

    Raises SettingsInvalid where the certificate files of the profile cannot be used.
    """

    profile: PartnerProfile
    journal: Journal
    clock: Clock
    new_id: NewId

    def send(self, message: bytes) -> bytes:
        """See the port. Raises ServiceUnavailable where the journal cannot be written."""
        transport = Transport(
            replace(self.profile, max_reply_bytes=min(MOST_BYTES, self.profile.max_reply_bytes))
        )
        answer, began_at, outcome = RawAnswer(), self.clock(), "ok"
        try:
            transport.exchange(Message(_HEADERS, message), answer)
            _require_json(answer)
        except SharingNotOffered:
            outcome = NOT_OFFERED
            raise
        except Failure as failure:
            failed: PartnerFailed = partner_failed(self.profile.name, failure)
            outcome = failed.code
            raise failed from None
        finally:
            self.journal.record(
                Exchange(
                    self.new_id(),
                    Direction.OUT,
                    began_at,
                    self.clock(),
                    MESSAGE,
                    None,
                    self.profile.key,
                    transport.fingerprint,
                    None,
                    outcome,
                    message,
                    bytes(answer.body),
                )
            )
            _LOG.info("mismatches partner=%s outcome=%s", self.profile.key, outcome)
        return bytes(answer.body)


def _require_json(answer: RawAnswer) -> None:
    """Raises SharingNotOffered for a page or a SOAP fault; Failure for another status."""
    name = answer.content_type.partition(";")[0].strip(" \t").lower()
    is_json, status = name == _JSON, answer.status
    if status == 200 and is_json and not answer.content_encoding:
        return
    if status in _BUSY and (is_json or status != 500):
        raise NotReached(f"does not take differences of counts now (HTTP status {status}).")
    if not is_json or status in (404, 405, 410):
        raise SharingNotOffered
    raise Unreadable(f"refused differences of counts (HTTP status {status}).")
