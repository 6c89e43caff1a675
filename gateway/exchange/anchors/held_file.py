"""File of heads: those of a partner that we give back to it, and those of ours that come back.

Each line is either a noted head, as `journal head` prints it, or a line of JSON with the head as it
was signed. A signed line counts only where the signature is ours: a partner cannot invent a head.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.domain.errors import TrustRefused
from gateway.exchange.canonical_json import moment, parse_json
from gateway.exchange.journal.heads import PURPOSE, Statement, statement_of
from gateway.exchange.journal.noted_head import NotedHead
from gateway.exchange.journal.verify import Flaw
from gateway.exchange.ports import HeadVerifier, HeldHead, SealedJournal

MAX_LINE_CHARACTERS = 32_768


class LineInvalid(ValueError):
    """A line of the file is no head that counts; the text is a sentence naming it."""


@dataclass(frozen=True, slots=True)
class HeadsFile:
    """Use case: read heads of ours that were kept elsewhere, and compare them with the journal.

    verifier: gives the verifier of our own signatures.
    """

    journal: SealedJournal
    verifier: Callable[[], HeadVerifier]

    def read(self, lines: Iterable[str]) -> Sequence[NotedHead]:
        """The heads in a file, by number.

        Raises LineInvalid for a line that is no head, or whose signature is not ours; KeyUnusable.
        """
        noted: set[NotedHead] = set()
        for number, line in enumerate(lines, start=1):
            text = line.strip()
            if not text:
                continue
            try:
                noted.add(self._noted(text))
            except TrustRefused as refused:
                raise LineInvalid(f"Line {number} is no head that we signed. {refused}") from None
            except ValueError:
                raise LineInvalid(f"Line {number} is no head.") from None
        return sorted(noted, key=lambda head: (head.batch, head.digest))

    def discrepancies(self, noted: Sequence[NotedHead]) -> Iterator[Flaw]:
        """What a roll-back removed: the first head that was made anew, the newest that is missing.

        Raises ServiceUnavailable.
        """
        last = self.journal.last()
        number = last.batch if last else 0
        differing = [head for head in noted if head.batch <= number and not self._has(head)]
        missing = [head for head in noted if head.batch > number]
        for head, count in ((differing[:1], len(differing)), (missing[-1:], len(missing))):
            for each in head:
                text = each.discrepancy(self.journal.head(each.batch), number, self._newest())
                others = f" So it is with {count} heads in the file." if count > 1 else ""
                if text:
                    yield Flaw(text + others, each.batch)

    def _has(self, noted: NotedHead) -> bool:
        head = self.journal.head(noted.batch)
        return head is not None and noted.is_of(head)

    def _newest(self) -> Statement | None:
        last = self.journal.last()
        try:
            return statement_of(last.statement) if last else None
        except ValueError:
            return None

    def _noted(self, text: str) -> NotedHead:
        """Raises ValueError, TrustRefused."""
        if len(text) > MAX_LINE_CHARACTERS:
            raise ValueError("too long")
        if not text.startswith("{"):
            return NotedHead.parsed(text)
        fields = parse_json(text.encode("utf-8", "surrogatepass"))
        try:
            statement = b64decode(fields["statement"], validate=True)
            signature = b64decode(fields["signature"], validate=True)
            certificates = fields["certificates"].encode()
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("not a signed head") from error
        said = statement_of(statement)
        at = datetime.fromisoformat(said.sealed_at)
        self.verifier().signer(PURPOSE + statement, signature, certificates, at)
        return NotedHead.of(said)


def lines_of(held: Iterable[HeldHead]) -> Iterator[str]:
    """The lines of the file for a partner."""
    return map(_line, held)


def _line(held: HeldHead) -> str:
    fields = {
        "batch": held.batch,
        "sha256": held.digest,
        "received_at": moment(held.received_at),
        "statement": b64encode(held.signed.statement).decode(),
        "signature": b64encode(held.signed.signature).decode(),
        "certificates": held.signed.certificates.decode(),
    }
    return json.dumps(fields, sort_keys=True)
