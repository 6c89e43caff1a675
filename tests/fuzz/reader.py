"""Fuzzer of the readers: damaged permits, answers of partners and national records. See README.md.

    python -m tests.fuzz.reader --inputs 100000 --seed 1

Each document is read, or refused in the words of the domain. A document that was read can be
written again, or its refusal names why.
"""

import tempfile
from argparse import Namespace
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random

from adapters.national.registry import national_source
from adapters.registry import formats
from gateway.domain.errors import DocumentInvalid, RecordInvalid
from gateway.domain.permit.permit import Permit
from gateway.exchange.ports import NationalRecord
from gateway.partners.answers import read_certificate, read_confirmation, read_state
from gateway.partners.faults import Failure, PartnerRefusal
from gateway.partners.transport import RawAnswer
from tests.fuzz.campaign import Broken, Try, main
from tests.fuzz.mutations import mutated
from tests.fuzz.refusals import only
from tests.soap.endpoint import DOCUMENTS

_WRITTEN_AGAIN = 0.2
_GOOD_AS_OFTEN = 12
"""Good files are damaged more often than those that are broken already, which are more."""
_READERS = (read_certificate, read_certificate, read_confirmation, read_state)
_MEDIA = (
    "text/xml",
    "text/xml; charset=utf-8",
    "text/xml; charset=utf-16",
    "text/html",
    "",
    "application/soap+xml",
    "text/xml; charset=hex",
    'multipart/related; type="application/xop+xml"; boundary="epix"; start="<root@epix>"',
    "multipart/related; boundary=epix",
    "multipart/mixed",
)


@dataclass
class Target:
    """The readers under test, by kind of input: documents, answers, records."""

    folder: Path

    def __post_init__(self) -> None:
        self._formats = formats()
        self._documents = [
            (version, file.read_bytes())
            for version in self._formats
            for folder in (*[DOCUMENTS / version] * _GOOD_AS_OFTEN, DOCUMENTS / "broken")
            for file in sorted(folder.glob("*.xml"))
            if file.stat().st_size < 40_000
        ]
        files = sorted((DOCUMENTS / "envelopes").glob("partner_*"))
        self._answers = [file.read_bytes() for file in files if file.stat().st_size < 40_000]
        self._answers += [
            b'--epix\r\nContent-Type: application/xop+xml; type="text/xml"\r\nContent-ID:'
            b" <root@epix>\r\n\r\n"
            + answer
            + b"\r\n--epix\r\nContent-ID: <1@epix>\r\nContent-Transfer-Encoding:"
            b" base64\r\n\r\nQUJD\r\n--epix--\r\n"
            for answer in self._answers[:6]
        ]
        self._records = [
            (file.suffix, file.read_bytes())
            for folder in (*["national/good"] * _GOOD_AS_OFTEN, "national")
            for file in sorted((DOCUMENTS / folder).glob("*.*"))
            if file.suffix in (".json", ".jsonl", ".csv") and file.stat().st_size < 40_000
        ]
        self._full = (DOCUMENTS / "v1" / "full.xml").read_bytes()
        self._permit = self._formats["v1"].read(self._full)

    def attempt(self, random: Random) -> str:
        """Try one damaged document, answer or file."""
        kind = random.choice((self._document, self._document, self._answer, self._record))
        return kind(random)

    def ask_well(self) -> None:
        """A good document is still read as what it is."""
        if self._formats["v1"].read_foreign(self._full) != self._permit:
            raise Broken("a good document is read otherwise", self._full)

    def _document(self, random: Random) -> str:
        version, good = random.choice(self._documents)
        tried = mutated(random, good, [other for _, other in self._documents])
        with only(DocumentInvalid, tried) as refused:
            permit = self._formats[version].read_foreign(tried)
            self._ask_strictly(version, tried, permit)
            if random.random() < _WRITTEN_AGAIN:
                with only(DocumentInvalid, tried):
                    self._formats[version].write(permit)
        return f"{version} {refused.outcome}"

    def _ask_strictly(self, version: str, tried: bytes, lenient: Permit) -> None:
        """What is read strictly is read the same leniently; a marked leaf is refused strictly."""
        try:
            strict = self._formats[version].read(tried)
        except DocumentInvalid:
            return
        if strict != lenient or lenient.unreadable:
            raise Broken("a document is read otherwise as that of a partner", tried)

    def _answer(self, random: Random) -> str:
        good = random.choice(self._answers)
        tried = mutated(random, good, self._answers)
        answer = RawAnswer(
            random.choice((200, 200, 200, 200, 500, 400, 302, 503, 204, 999)),
            random.choice(
                _MEDIA[:1] * 4 + _MEDIA + _MEDIA[7:8] * (6 if good.startswith(b"--epix") else 1)
            ),
            random.choice(("", "", "", "", "gzip", "identity")),
            bytearray(tried),
        )
        with only((Failure, PartnerRefusal), tried) as refused:
            random.choice(_READERS)(answer)
        return f"answer {refused.outcome}"

    def _record(self, random: Random) -> str:
        suffix, good = random.choice(self._records)
        tried = mutated(random, good, [other for _, other in self._records])
        file = self.folder / f"records{suffix}"
        file.write_bytes(tried)
        with only(RecordInvalid, tried) as refused:
            for record in national_source(file).records(file):
                if isinstance(record, NationalRecord):
                    continue
                refused.look_at(record)
        return f"record {refused.outcome}"


def _prepared(stack: ExitStack) -> Callable[[Namespace], tuple[Try, Callable[[], None]]]:
    def prepare(_: Namespace) -> tuple[Try, Callable[[], None]]:
        target = Target(Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="epix-fuzz-"))))
        return target.attempt, target.ask_well

    return prepare


if __name__ == "__main__":
    with ExitStack() as stack:
        main(
            "Damaged documents, answers and records, by the hundred thousand, at the readers.",
            _prepared(stack),
        )
