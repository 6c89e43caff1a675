"""Files of reference data: read once, whole; the digest is of the bytes that were read."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from adapters.listings.bulk_file import read_bulk
from adapters.listings.csv_file import read_csv
from adapters.listings.reading import Reading, combined
from adapters.listings.species_plus import read_json
from gateway.domain.errors import ReferenceDataInvalid
from gateway.exchange.ports.listings.files import ReadFile

_LARGEST_BYTES = 512 * 1024 * 1024
_READERS = {".csv": read_csv, ".json": read_json}
_BULK = ".ndjson.gz"
_ENDINGS = " or ".join(sorted((*_READERS, _BULK)))


class ListingFiles:
    """The port `ReferenceFiles`."""

    def read(self, file: Path, advance: Callable[[int], None]) -> ReadFile:
        """See the port."""
        _require_known(file.name)
        return self.read_content(file.name, _content(file), advance)

    def read_content(self, name: str, content: bytes, advance: Callable[[int], None]) -> ReadFile:
        """See the port."""
        _require_known(name)
        if len(content) > _LARGEST_BYTES:
            raise _too_long(name)
        reading = _reading(name, content, advance)
        if reading.problems:
            raise combined(reading.problems)
        return ReadFile(name, sha256(content).hexdigest(), tuple(reading.rows), reading.left_out)


def _reading(name: str, content: bytes, advance: Callable[[int], None]) -> Reading:
    if name.casefold().endswith(_BULK):
        return read_bulk(name, content, advance)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _invalid(name, "The file is not written in UTF-8.", "UTF-8", line) from None
    return _READERS[Path(name).suffix.casefold()](name, text, advance)


def _require_known(name: str) -> None:
    if not name.casefold().endswith(_BULK) and Path(name).suffix.casefold() not in _READERS:
        raise _invalid(name, "The ending of the file is not known.", _ENDINGS)


def _content(file: Path) -> bytes:
    try:
        if file.stat().st_size > _LARGEST_BYTES:
            raise _too_long(file.name)
        return file.read_bytes()
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise _invalid(
            file.name, f"The file cannot be read: {reason}.", "a readable file"
        ) from None


def _too_long(name: str) -> ReferenceDataInvalid:
    return _invalid(name, "The file is too long.", f"at most {_LARGEST_BYTES} bytes")


def _invalid(name: str, text: str, expected: str, row: int = 1) -> ReferenceDataInvalid:
    return ReferenceDataInvalid(text, file=name, row=row, expected=expected)
