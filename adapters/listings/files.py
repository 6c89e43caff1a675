"""Files of reference data: read once, whole; the digest is of the bytes that were read."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from adapters.listings.csv_file import read_csv
from adapters.listings.reading import combined
from adapters.listings.species_plus import read_json
from gateway.domain.errors import ReferenceDataInvalid
from gateway.exchange.ports.listings.files import ReadFile

_LARGEST_BYTES = 512 * 1024 * 1024
_READERS = {".csv": read_csv, ".json": read_json}


class ListingFiles:
    """The port `ReferenceFiles`."""

    def read(self, file: Path, advance: Callable[[int], None]) -> ReadFile:
        """See the port."""
        reader = _READERS.get(file.suffix.casefold())
        if reader is None:
            raise _invalid(
                file, "The ending of the file is not known.", " or ".join(sorted(_READERS))
            )
        content = _content(file)
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            raise _invalid(file, "The file is not written in UTF-8.", "UTF-8", line) from None
        reading = reader(file.name, text, advance)
        if reading.problems:
            raise combined(reading.problems)
        return ReadFile(
            file.name, sha256(content).hexdigest(), tuple(reading.rows), reading.left_out
        )


def _content(file: Path) -> bytes:
    try:
        if file.stat().st_size > _LARGEST_BYTES:
            raise _invalid(file, "The file is too long.", f"at most {_LARGEST_BYTES} bytes")
        return file.read_bytes()
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise _invalid(file, f"The file cannot be read: {reason}.", "a readable file") from None


def _invalid(file: Path, text: str, expected: str, row: int = 1) -> ReferenceDataInvalid:
    return ReferenceDataInvalid(text, file=file.name, row=row, expected=expected)
