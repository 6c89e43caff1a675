"""Signed verdict: what an officer found when they compared a paper with its permit.

The statement is canonical JSON. It is signed by the key that seals permits and the journal, and
stands in the journal as a record whose id is the evidence number. So a verdict is proved twice: by
its signature, and by the journal, which is sealed.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Protocol

from gateway.domain.customs.comparison import Agreement, Compared, verdict_of
from gateway.domain.errors import InvalidRequest, SignatureInvalid
from gateway.domain.permit.permit import Permit
from gateway.exchange.canonical_json import canonical, moment, parse_json
from gateway.exchange.customs.look_up import ShownLookUp
from gateway.exchange.customs.officer import Officer
from gateway.exchange.people.acts import Act
from gateway.exchange.ports import Clock, Exchange, HeadSigner, HeadVerifier, Journal, NewId

OPERATION = "CustomsVerdict"
KIND = "customs-verdict"
"""Kind of its statement."""
_VERSION = 1


class JournalRecords(Journal, Protocol):
    """The journal, as far as verdicts need it."""

    def find(self, identity: str) -> Exchange | None:
        """Return the record of an id; None where there is none. Raises ServiceUnavailable."""


@dataclass(frozen=True, slots=True)
class SignedVerdict:
    """A verdict. id: evidence number, UUIDv7.  statement: the JSON that is signed.

    signature: over the statement; empty where the gateway has no key for it.
    certificates: PEM, that of the signer first.
    """

    id: str
    statement: bytes
    signature: bytes
    certificates: bytes

    @property
    def fields(self) -> dict[str, Any]:
        """The statement, parsed."""
        return dict(parse_json(self.statement))

    @property
    def digest(self) -> str:
        """SHA-256 of the statement, hex."""
        return sha256(self.statement).hexdigest()

    def file(self) -> bytes:
        """Return the verdict as a file for others."""
        return canonical(
            {
                "statement": self.statement.decode(),
                "signature": b64encode(self.signature).decode("ascii"),
                "certificates": self.certificates.decode("ascii"),
            }
        )


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Use case: signed verdicts, made, found again and verified. signer: gives None without key."""

    journal: JournalRecords
    signer: Callable[[], HeadSigner | None]
    clock: Clock
    new_id: NewId

    def sign(
        self, officer: Officer, shown: ShownLookUp, compared: Sequence[Compared]
    ) -> SignedVerdict:
        """Sign and record a verdict.

        Raises LookupError where no permit is shown; KeyUnusable, ServiceUnavailable.
        """
        identity, now = self.new_id(), self.clock()
        statement = canonical(_statement(identity, now, officer, shown, compared))
        signer = self.signer()
        made = SignedVerdict(
            identity,
            statement,
            signer.sign(statement) if signer else b"",
            signer.certificates if signer else b"",
        )
        look_up = shown.look_up
        act = officer.act(
            Act.COMPARED, now, country=look_up.country, number=look_up.number, verdict=identity
        )
        self.journal.enqueue(act.exchange(self.new_id()))
        self.journal.record(
            Exchange.own(
                identity,
                OPERATION,
                now,
                statement,
                proof=_proof(made),
                permit_number=look_up.number,
            )
        )
        return made

    def find(self, officer: Officer, identity: str) -> SignedVerdict | None:
        """Return a verdict of an officer of the same authority; None where there is none."""
        found = self.recorded(identity)
        if found is None or found.fields.get("authority") != officer.authority:
            return None
        return found

    def recorded(self, identity: str) -> SignedVerdict | None:
        """Return the verdict that the journal has under an evidence number; None: it has none."""
        record = self.journal.find(identity)
        if record is None or record.operation != OPERATION:
            return None
        proof = parse_json(record.answer)
        return SignedVerdict(
            record.id,
            record.request,
            b64decode(proof["signature"]),
            proof["certificates"].encode("ascii"),
        )


@dataclass(frozen=True, slots=True)
class VerifiedVerdict:
    """A verdict whose signature holds. signer: subject of the certificate.

    in_journal: whether the journal has the very same statement under its evidence number.
    """

    fields: dict[str, Any]
    signer: str
    in_journal: bool


def verify(
    content: bytes, verifier: HeadVerifier, recorded: Callable[[str], SignedVerdict | None]
) -> VerifiedVerdict:
    """Verify the file of a verdict.

    Raises InvalidRequest where it is no such file, SignatureInvalid, SignerNotTrusted,
    ServiceUnavailable.
    """
    statement, signature, certificates = _read(content)
    try:
        fields = parse_json(statement)
        if (fields["kind"], fields["v"]) != (KIND, _VERSION):
            raise ValueError("another kind")
        at, identity = datetime.fromisoformat(fields["at"]), str(fields["id"])
        if at.tzinfo is None:
            raise ValueError("a moment without offset")
    except (ValueError, KeyError, TypeError):
        raise InvalidRequest("The statement in the file is no verdict of a customs desk.") from None
    if not signature:
        raise SignatureInvalid(
            "The verdict has no signature: the gateway had no key. Its journal alone proves it, by"
            " the evidence number."
        )
    try:
        signer = verifier.signer(statement, signature, certificates, at)
    except SignatureInvalid:
        raise SignatureInvalid("The signature does not fit: the verdict was altered.") from None
    held = recorded(identity)
    return VerifiedVerdict(fields, signer, held is not None and held.statement == statement)


def _read(content: bytes) -> tuple[bytes, bytes, bytes]:
    try:
        fields = parse_json(content)
        statement, certificates = fields["statement"].encode(), fields["certificates"].encode()
        return statement, b64decode(fields["signature"], validate=True), certificates
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InvalidRequest(
            "This is no file of a signed verdict: the desk gives it below the printed verdict."
        ) from None


def _proof(made: SignedVerdict) -> bytes:
    return canonical(
        {
            "signature": b64encode(made.signature).decode("ascii"),
            "certificates": made.certificates.decode("ascii"),
        }
    )


def _statement(
    identity: str, now: datetime, officer: Officer, shown: ShownLookUp, compared: Sequence[Compared]
) -> dict[str, Any]:
    if shown.permit is None:
        raise LookupError("no permit is shown")
    foreign, look_up = shown.permit, shown.look_up
    answered = look_up.fetched_at or look_up.answered_at
    return {
        "kind": KIND,
        "v": _VERSION,
        "id": identity,
        "at": moment(now),
        "officer": officer.person.full_name,
        "name": officer.person.name,
        "authority": officer.authority,
        "country": look_up.country,
        "number": look_up.number,
        "confirmed_live": shown.is_live,
        "document_of": moment(answered) if answered else None,
        "document_sha256": sha256(foreign.reply.document).hexdigest(),
        "seal": foreign.verdict.worth.value,
        "summary": foreign.summary.outcome.value,
        "reasons": [reason.text() for reason in foreign.summary.reasons],
        "result": _result(foreign.permit, compared).value,
        "fields": [
            {
                "box": each.box,
                "line": each.line,
                "field": each.field.value,
                "permit": each.recorded,
                "paper": each.typed or (each.recorded if _is_ticked(each) else None),
                "result": each.result.value,
            }
            for each in compared
        ],
    }


def _result(permit: Permit, compared: Sequence[Compared]) -> Agreement:
    """Result of the whole paper: lines of the permit that stand on another page leave it open."""
    result = verdict_of(compared)
    seen = {each.line for each in compared}
    if result is Agreement.AGREES and any(line.id not in seen for line in permit.positions):
        return Agreement.NOT_COMPARED
    return result


def _is_ticked(each: Compared) -> bool:
    return each.result is Agreement.AGREES and not each.typed
