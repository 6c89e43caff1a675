"""View of a permit code that was made: its size in print, and what it holds."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.exchange.permits.paper.issue import PermitCode

if TYPE_CHECKING:
    from gateway.bootstrap import QrCode


def lines(made: PermitCode, picture: "QrCode", file: Path | None) -> Iterator[str]:
    """Facts for printing, beside the address."""
    said = made.statement
    if file:
        yield f"✓ {file}"
    yield (
        f"QR version {picture.version}, level M: print it {picture.side_mm:.0f} mm wide or wider,"
        " with its white edge."
    )
    cut = "." if said.digest is None else ", and a digest of all lines."
    yield f"It holds the boxes of the document and {len(said.lines)} of {said.count} lines{cut}"
    yield from warnings(made)
    if said.token:
        yield "It holds the token: who scans it can ask for the permit."


def warnings(made: PermitCode) -> Iterator[str]:
    """Warnings before such codes are handed out."""
    if made.outlives_its_key:
        yield (
            f"! The paper certificate ends on {made.key_ends:%Y-%m-%d}, before the permit: from"
            " then on customs have to ask. Rotate to a key that lasts longer:"
            " `epix-gateway keys new paper`."
        )


def as_json(made: PermitCode, picture: "QrCode") -> dict[str, object]:
    """The address with everything else that is known of it."""
    said = made.statement
    return {
        "address": made.address,
        "qr_version": picture.version,
        "smallest_mm": round(picture.side_mm, 1),
        "lines": said.count,
        "lines_in_full": len(said.lines),
        "key_ends": made.key_ends.isoformat(),
        "signed_at": said.signed_at.isoformat(),
        "holds_token": said.token is not None,
    }
