"""Content of a verifiable credential, and of the credential that carries a status list.

Source: W3C Verifiable Credentials Data Model 2.0; Bitstring Status List 1.0.
"""

from dataclasses import dataclass
from datetime import datetime

from gateway.domain.credential.status_list import StatusBits
from gateway.domain.identifiers import Authority
from gateway.domain.permit.permit import Permit


@dataclass(frozen=True, slots=True)
class Credential:
    """Credential of a permit.

    id: a URN, another one for each credential.  issuer: did:web or https, of the authority.
    issuer_name: of the authority, for people.
    begins: when it was signed, or box 2 begins where that is later; aware.
    ends: first moment after the last day of box 2, aware; None where box 2 has none.
    status_list: address of the list.  status_index: of this credential in it, from 0.
    permit: as issued, with box 14 empty.
    """

    id: str
    issuer: str
    issuer_name: str
    authority: Authority
    begins: datetime
    ends: datetime | None
    status_list: str
    status_index: int
    permit: Permit


@dataclass(frozen=True, slots=True)
class StatusList:
    """Credential of a status list. id: its address.  begins, ends: of its validity, aware."""

    id: str
    issuer: str
    begins: datetime
    ends: datetime
    bits: StatusBits
