"""Key lists for the check page: those of our countries and of partners, in one signed file.

The page runs in browsers, which read no X.509 and know no trust anchors. So the gateway verifies
the lists that partners sent, and signs all of them with the permit seal; the page knows its key.
docs/paper.md has the form.
"""

import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain.identifiers import IsoCountryCode
from gateway.exchange.canonical_json import canonical, moment
from gateway.exchange.permits.paper.key_list_file import fields_of
from gateway.exchange.permits.paper.key_lists import OwnKeyList, PartnerKeyLists
from gateway.exchange.ports import Clock, HeadSigner

PURPOSE = b"epix-gateway: key lists for the check page\n"
"""Prefix of the signed text (domain separation)."""
VERSION = 1


@dataclass(frozen=True, slots=True)
class CheckLists:
    """Use case: make the file that the check page verifies by. countries: those served here."""

    countries: Sequence[IsoCountryCode]
    own: OwnKeyList
    partners: PartnerKeyLists
    signer: HeadSigner
    clock: Clock

    def file(self) -> bytes:
        """Return the signed file. A partner's list that does not hold is left out.

        Raises KeyUnusable, ServiceUnavailable.
        """
        made_at = self.clock()
        ours = [self.own.made(country) for country in self.countries]
        theirs = [each.signed.list for each in self.partners.every() if each.signed]
        text = canonical(
            {
                "v": VERSION,
                "made_at": moment(made_at),
                "lists": [fields_of(each) for each in (*ours, *theirs) if each.keys],
            }
        )
        fields = {
            "text": b64encode(text).decode(),
            "signature": b64encode(self.signer.sign(PURPOSE + text)).decode(),
        }
        return json.dumps(fields, sort_keys=True).encode()
