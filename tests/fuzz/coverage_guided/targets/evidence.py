"""Evidence: the verifier that readers run on their own computers, on a file that anybody made.

The first byte chooses evidence of a record or of a period, and how the rest is read: as a ZIP file,
or as named parts that a ZIP file is made of. It holds only for what the named signer signed.
"""

import io
import zipfile
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from typer.testing import CliRunner

from gateway.bootstrap import build
from gateway.cli.main import app
from gateway.crypto.journal_seal.heads import JournalSigner, JournalVerifier
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.domain.retention import Retention
from gateway.evidence import verify
from gateway.exchange.journal.export_evidence import ExportEvidence
from gateway.exchange.journal.heads import record_text
from gateway.exchange.journal.prune import PruneJournal
from gateway.exchange.journal.seal import SealJournal
from gateway.exchange.ports import Exchange
from gateway.settings import load_settings
from tests.crypto.ws_security.message_forging import Signer
from tests.evidence.evidence_files import an_exchange
from tests.fuzz.campaign import Broken
from tests.fuzz.coverage_guided.identities import identity
from tests.fuzz.coverage_guided.target import SEPARATOR, Target, chosen

_AT = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
_HOUR = timedelta(hours=1)
_LONG_AGO = _AT - timedelta(days=2400)
_PERIOD = (_LONG_AGO - _HOUR, _AT + 3 * _HOUR)
_CHOICES = [(kind, packed) for kind in ("record", "period") for packed in (False, True)]


def make(folder: Path) -> Target:
    """The verifier, with evidence of a small journal whose signer it is told."""
    signer = identity("journal", "MZ", _AT)
    genuine, files = _journal(folder, signer)
    wanted = [signer.certificate.fingerprint(hashes.SHA256()).hex()]

    def attempt(data: bytes) -> str:
        (kind, packed), content = chosen(data, _CHOICES)
        arguments = verify.Arguments(
            evidence="x", signer=wanted, permit="MZ26EX000001", caller="za",
            since=_PERIOD[0] if kind == "period" else None,
            until=_PERIOD[1] if kind == "period" else None,
        )  # fmt: skip
        printed = io.StringIO()
        try:
            file = content if packed else _zipped(content)
            with zipfile.ZipFile(io.BytesIO(file)) as bundle:
                with redirect_stdout(printed):
                    verify.require_proportion(bundle, len(file))
                    verify.verify(bundle, arguments)
                held = _records_in(bundle, kind)
        except Exception as error:  # noqa: BLE001 - the command says of any: the file is damaged
            outcome = type(error).__name__
            held = set()
        else:
            outcome = "holds"
        if held - genuine:
            raise Broken("evidence holds for a record that was never signed", data)
        if not all(line.isprintable() for line in printed.getvalue().split("\n")):
            raise Broken("a control character reaches the terminal", data)
        return f"{kind} {outcome}"

    seeds = []
    for kind, made in files:
        place = _CHOICES.index((kind, False))
        seeds += [bytes([place]) + _parts(made), bytes([place + 1]) + made]
    return Target(attempt, seeds, ("gateway/evidence/verify.py",))


def _records_in(bundle: zipfile.ZipFile, kind: str) -> set[bytes]:
    names = [name for name in bundle.namelist() if name.endswith("/record.json")]
    found = {bundle.read(name) for name in names if name.startswith("records/")}
    if kind == "period":
        for line in bundle.read("batches.jsonl").decode().split("\n")[:-1]:
            entries = verify.json.loads(line)["records"]
            found |= {each.encode() for each in entries if isinstance(each, str)}
    return found


class _Signer(JournalSigner):
    """Signs deterministically (RFC 6979): records about signatures are the same in each run."""

    def __init__(self, signer: Signer) -> None:
        super().__init__(signer.key, (signer.certificate,))
        self._signer = signer

    def sign(self, message: bytes) -> bytes:
        """See the port."""
        return self._signer.key.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))


def _journal(folder: Path, signer: Signer) -> tuple[set[bytes], list[tuple[str, bytes]]]:
    """Texts of the records of a journal, two of them pruned, and files of evidence of it."""
    directory = folder / "mz"
    made = CliRunner().invoke(app, ["init", "--country", "MZ", "--authority", "A", str(directory)])
    assert made.exit_code == 0, made.output
    heads, ours = _Signer(signer), signer.certificate.public_bytes(Encoding.DER)
    numbers = count(1)
    texts: set[bytes] = set()
    files = []

    def new_id() -> str:
        return f"019ca8a1-0000-7000-8000-{next(numbers):012d}"

    with build(load_settings(directory)) as gateway:
        journal = gateway.store.sealed_journal

        def seal(at: datetime) -> None:
            assert SealJournal(journal, heads, lambda: at, new_id, _HOUR).seal()

        export = ExportEvidence(journal, JournalVerifier(frozenset({ours})), {"README.txt": b"x"})
        for began in (_LONG_AGO, _AT, _AT + _HOUR):
            records = [_record(began + timedelta(minutes=place), place) for place in range(3)]
            for record in records:
                gateway.store.journal.record(record)
                texts.add(record_text(record))
            seal(began + 30 * timedelta(minutes=1))
            if began != _LONG_AGO:
                files.append(("record", _exported(export.of_record, records[1].id)))
        pruning = PruneJournal(
            gateway.store.retained_journal, journal, gateway.store.holds, heads, Retention(5),
            lambda: _AT + 2 * _HOUR, new_id,
        )  # fmt: skip
        removed = sum(len(page.due) for page in pruning.remove(ResponsiblePerson("A. Cossa", "x")))
        assert removed == 2, removed
        seal(_AT + 4 * _HOUR)
        newest = max(head.batch for head in journal.heads())
        (own,) = [leaf.record for leaf in journal.leaves(newest)]
        texts.add(record_text(own))
        files.append(("record", _exported(export.of_record, own.id)))
        files.append(("period", _exported(export.of_period, *_PERIOD)))
    return texts, files


def _record(at: datetime, place: int) -> Exchange:
    digits = f"{int(at.timestamp() * 1000):012x}"
    one = an_exchange(at, f"{digits[:8]}-{digits[8:]}-7000-8000-{place:012d}")
    named = {"permit_number": f"MZ26EX00000{place}"} if place == 0 else {}
    return replace(one, caller="za", request=b"<request/>", answer=b"<answer/>", **named)


def _exported(write: Callable[..., object], *words: object) -> bytes:
    out = io.BytesIO()
    write(*words, out)
    return out.getvalue()


def _parts(file: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(file)) as bundle:
        return SEPARATOR.join(
            name.encode() + b"\n" + bundle.read(name) for name in bundle.namelist()
        )


def _zipped(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as bundle:
        for part in content.split(SEPARATOR):
            name, _, inner = part.partition(b"\n")
            bundle.writestr(zipfile.ZipInfo(name.decode("latin-1")), inner)
    return out.getvalue()
