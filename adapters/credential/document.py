"""Credential document: the permit as JSON-LD, in a credential of the W3C data model.

The contexts are the one of the data model, by its name, and ours, whole; so a reader that knows the
first has nothing to fetch. A document is read as it is written here, member by member, and no other
way: the signature says whose it is, and the exact form says that nothing else was signed with it.
Source: W3C Verifiable Credentials Data Model 2.0, sections 4.3 to 4.10; Bitstring Status List 1.0,
sections 2.1 and 2.2; UN Transparency Protocol, page on verifiable credentials.
"""

import json
import re
from datetime import UTC, datetime
from typing import Any

from adapters.conversions import read_moment
from adapters.jsonld.document import context, node_of, permit_of_node
from gateway.domain.credential.content import Credential, StatusList
from gateway.domain.credential.status_list import ListUnusable, StatusBits
from gateway.domain.errors import DocumentInvalid, InvalidRequest
from gateway.domain.identifiers import Authority, IsoCountryCode

DATA_MODEL = "https://www.w3.org/ns/credentials/v2"
"""Name of the context of the data model. It is not fetched."""
_TYPES = ["VerifiableCredential", "CitesPermitCredential"]
_LIST_TYPES = ["VerifiableCredential", "BitstringStatusListCredential"]
_ENTRY, _LIST = "BitstringStatusListEntry", "BitstringStatusList"
_PURPOSE = "revocation"
_INDEX = re.compile(r"0|[1-9][0-9]{0,9}")

Members = dict[str, Any]


class CredentialDocuments:
    """The port `CredentialFormat`."""

    def write(self, credential: Credential) -> bytes:
        """See the port."""
        authority = credential.authority
        ends = {"validUntil": _written(credential.ends)} if credential.ends else {}
        return _bytes(
            {
                "@context": [DATA_MODEL, context()],
                "id": credential.id,
                "type": _TYPES,
                "issuer": {"id": credential.issuer, "name": credential.issuer_name},
                "validFrom": _written(credential.begins),
                **ends,
                "credentialStatus": {
                    "id": f"{credential.status_list}#{credential.status_index}",
                    "type": _ENTRY,
                    "statusPurpose": _PURPOSE,
                    "statusListIndex": str(credential.status_index),
                    "statusListCredential": credential.status_list,
                },
                "credentialSubject": {
                    "issuingCountry": authority.country.text,
                    "issuingAuthorityCode": authority.code,
                    **node_of(credential.permit),
                },
            }
        )

    def read(self, document: bytes) -> Credential:
        """See the port."""
        members = _parsed(document)
        _require(members, "@context", [DATA_MODEL, context()])
        _require(members, "type", _TYPES)
        issuer = _node(members, "issuer")
        status = _node(members, "credentialStatus")
        subject = _node(members, "credentialSubject")
        index, status_list = _text(status, "statusListIndex"), _text(status, "statusListCredential")
        if not _INDEX.fullmatch(index):
            raise DocumentInvalid("The index of the status is no number.", path="credentialStatus")
        for name, value in (("type", _ENTRY), ("statusPurpose", _PURPOSE)):
            _require(status, name, value)
        _require(status, "id", f"{status_list}#{index}")
        country, code = _text(subject, "issuingCountry"), _text(subject, "issuingAuthorityCode")
        credential = Credential(
            _text(members, "id"),
            _text(issuer, "id"),
            _text(issuer, "name"),
            _authority(country, code),
            _moment(members, "validFrom"),
            _moment(members, "validUntil") if "validUntil" in members else None,
            status_list,
            int(index),
            permit_of_node(subject),
        )
        _require_nothing_else(members, issuer, status)
        return credential

    def write_list(self, status_list: StatusList) -> bytes:
        """See the port."""
        return _bytes(
            {
                "@context": [DATA_MODEL],
                "id": status_list.id,
                "type": _LIST_TYPES,
                "issuer": status_list.issuer,
                "validFrom": _written(status_list.begins),
                "validUntil": _written(status_list.ends),
                "credentialSubject": {
                    "id": f"{status_list.id}#list",
                    "type": _LIST,
                    "statusPurpose": _PURPOSE,
                    "encodedList": status_list.bits.written(),
                },
            }
        )

    def read_list(self, document: bytes) -> StatusList:
        """See the port. Members that another issuer adds are not looked at."""
        members = _parsed(document)
        types = members.get("type")
        if not isinstance(types, list) or not {*_LIST_TYPES} <= {*map(str, types)}:
            raise DocumentInvalid("It is no credential of a status list.", path="type")
        subject = _node(members, "credentialSubject")
        for name, value in (("type", _LIST), ("statusPurpose", _PURPOSE)):
            _require(subject, name, value)
        issuer = members.get("issuer")
        try:
            bits = StatusBits.read(_text(subject, "encodedList"))
        except ListUnusable as why:
            raise DocumentInvalid(str(why), path="encodedList") from None
        return StatusList(
            _text(members, "id"),
            issuer if isinstance(issuer, str) else _text(_node(members, "issuer"), "id"),
            _moment(members, "validFrom"),
            _moment(members, "validUntil"),
            bits,
        )


def _bytes(members: Members) -> bytes:
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _parsed(document: bytes) -> Members:
    try:
        members = json.loads(document, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise DocumentInvalid("What was signed is no JSON with each name once.") from None
    if not isinstance(members, dict):
        raise DocumentInvalid("What was signed is no credential.")
    return members


def _once(pairs: list[tuple[str, Any]]) -> Members:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _require(members: Members, name: str, value: object) -> None:
    """Take a member that has one value only."""
    if members.pop(name, None) != value:
        raise DocumentInvalid("It is not the credential of a CITES permit.", path=name)


def _node(members: Members, name: str) -> Members:
    found = members.pop(name, None)
    if not isinstance(found, dict):
        raise DocumentInvalid("A member of the credential is missing.", path=name)
    return found


def _text(members: Members, name: str) -> str:
    found = members.pop(name, None)
    if not isinstance(found, str) or not found:
        raise DocumentInvalid("A text of the credential is missing.", path=name)
    return found


def _moment(members: Members, name: str) -> datetime:
    try:
        return read_moment(_text(members, name))
    except ValueError as wrong:
        raise DocumentInvalid(str(wrong), path=name) from None


def _authority(country: str, code: str) -> Authority:
    try:
        return Authority(IsoCountryCode.parse(country), code)
    except InvalidRequest as refused:
        raise DocumentInvalid(refused.text, path="issuingCountry") from None


def _require_nothing_else(*nodes: Members) -> None:
    for node in nodes:
        if node:
            raise DocumentInvalid(
                "The credential has a member that is not known here.", path=next(iter(node))
            )


def _written(moment: datetime) -> str:
    """A moment in UTC, as dateTimeStamp of XML Schema."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"
