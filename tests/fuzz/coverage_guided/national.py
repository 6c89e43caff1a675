"""National records: a file is read, and each record is a permit or refused with reasons."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from adapters.national.refused import write_refused
from adapters.national.registry import national_source
from adapters.registry import formats
from gateway.domain.errors import DocumentInvalid, RecordInvalid
from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.permit.permit import Permit
from gateway.domain.rules import findings
from gateway.exchange.ports import NationalRecord
from tests.adapters.national.encrypted_tokens import encrypted
from tests.fuzz.campaign import Broken
from tests.fuzz.coverage_guided.target import Target, chosen
from tests.fuzz.refusals import only
from tests.soap.endpoint import DOCUMENTS

_LARGEST_SEED = 40_000
_AUTHORITY = Authority(IsoCountryCode("MZ"), "ANAC")


def national_target(folder: Path, endings: Sequence[str], modules: Sequence[str]) -> Target:
    """The reader of files with these endings; the first byte chooses one.

    Rules judge each permit and both schema versions are written; what is written is read back as
    the same permit. Refused records are copied, and the copy is read again.
    """
    readers = formats()
    files = [folder / f"records{ending}" for ending in endings]

    def attempt(data: bytes) -> str:
        file, content = chosen(data, files)
        file.write_bytes(content)
        permits, refused = 0, []
        with only(RecordInvalid, data) as reading:
            for record in national_source(file).records(file):
                if isinstance(record, NationalRecord):
                    permits += 1
                    _try_permit(record, readers, data)
                else:
                    reading.look_at(record)
                    refused.append(record)
        if refused and reading.outcome != "read":
            _try_copy(file, refused, data)
        return f"{reading.outcome} {'with' if permits else 'without'} permits"

    return Target(attempt, _seeds(endings), modules)


def _try_permit(record: NationalRecord, readers: dict, data: bytes) -> None:
    permit = record.permit
    findings(permit, _AUTHORITY)
    for reader in readers.values():
        with only(DocumentInvalid, data):
            # The unit of box 11 is always written, also where a record left it out.
            written = reader.write(permit)
            again = reader.read(written)
            if reader.write(again) != written or _with_units(permit) != again:
                raise Broken("a permit comes back otherwise", data)


def _with_units(permit: Permit) -> Permit:
    lines = (
        replace(line, quantity=replace(line.quantity, unit=line.quantity.current_unit))
        if line.quantity and line.quantity.unit is None
        else line
        for line in permit.positions
    )
    return replace(permit, positions=tuple(lines))


def _try_copy(file: Path, refused: list[RecordInvalid], data: bytes) -> None:
    """The copy of refused records is read again, with as many of them."""
    with only(RecordInvalid, data):
        copy = write_refused(file, refused, encrypted)
        try:
            again = sum(1 for _ in national_source(copy).records(copy))
        finally:
            copy.unlink()
        if not 1 <= again <= len(refused):
            raise Broken(f"of {len(refused)} refused records the copy holds {again}", data)


def _seeds(endings: Sequence[str]) -> list[bytes]:
    return [
        bytes([endings.index(file.suffix)]) + file.read_bytes()
        for below in ("national/good", "national")
        for file in sorted((DOCUMENTS / below).glob("*.*"))
        if file.suffix in endings and file.stat().st_size < _LARGEST_SEED
    ]
