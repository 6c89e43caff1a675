"""QR codes of permits: sizes as docs/paper.md states them, and pictures that a decoder reads."""

import io
import random
import string
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from gateway.crypto.paper.cose import PaperSigner
from gateway.domain.errors import InvalidRequest
from gateway.domain.paper.digits import LARGEST_VERSION, address_of, fits
from gateway.domain.paper.statement import PaperStatement
from gateway.domain.paper.verdict import PaperStatus
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import CitesPosition, Quota
from gateway.domain.permit.quantity import Quantity
from gateway.exchange.permits.paper.issue import PermitCode, signed_code
from gateway.paper.pictures import codes_in, is_picture
from gateway.paper.qr import MODULE_MM, QUIET_MODULES, modules, qr_code
from tests.builders import a_permit, a_position
from tests.crypto.paper.papers import ANAC, CODEC, PAGE, Paper, a_paper, status
from tests.crypto.permit_seal.seal_pki import NOON

PAPER_PAGE = Path(__file__).parents[2] / "docs/paper.md"
MEASURED = {1: 19, 10: 28, 20: 31}
"""Lines of a permit of usual length -> version of its QR code."""
TRADED = (
    ("Crocodylus niloticus", "Nile crocodile", "SKI", "Raw skins, salted", "NAR"),
    ("Loxodonta africana", "African elephant", "HAI", "Tail hair, in bundles", "KGM"),
    ("Dalbergia melanoxylon", "African blackwood", "SAW", "Sawn wood, planed", "MTQ"),
    ("Pandinus imperator", "Emperor scorpion", "LIV", "Live, adult, both sexes", "NAR"),
    ("Python regius", "Royal python", "LIV", "Live, hatched 2025, unsexed", "NAR"),
    ("Hippotigris zebra", "Mountain zebra", "TRO", "Hunting trophy, flat skin", "NAR"),
    ("Balearica regulorum", "Grey crowned crane", "FEA", "Feathers, moulted", "GRM"),
)


def permit_with(lines: int) -> Permit:
    """Lines that differ as those of a real consignment do."""
    chance = random.Random(lines)

    def line(place: int) -> CitesPosition:
        name, common, term, description, unit = TRADED[place % len(TRADED)]
        amount, used = Decimal(chance.randrange(1, 2000)), Decimal(chance.randrange(2000, 4000))
        return a_position(
            f"{string.ascii_uppercase[place % 26]}{place // 26 or ''}",
            scientific_name=name,
            common_names=(common,),
            term=term,
            description=f"{description}, lot {chance.randrange(10_000)}",
            marks=(f"MZ RES 2026 {chance.randrange(10**6):06}",),
            quantity=Quantity(amount, unit),
            quota=Quota(Quantity(used, unit), Quantity(Decimal(4000), unit)),
        )

    return a_permit(positions=tuple(map(line, range(lines))))


def code_of(permit: Permit, paper: Paper | None = None) -> PermitCode:
    holder = (paper or a_paper()).holder
    signer = PaperSigner(holder.key, (holder.certificate,))
    return signed_code(PaperStatement.of(permit, ANAC, NOON), signer, CODEC, PAGE)


def photographed(png: bytes, degrees: float) -> bytes:
    """A code as printed at its smallest size and scanned at 200 dots per inch: askew and greyed."""
    code = Image.open(io.BytesIO(png)).convert("L")
    side = round((code.width / 4) * MODULE_MM / 25.4 * 200)
    paper = Image.new("L", (side + 200, side + 200), 215)
    paper.paste(
        code.resize((side, side), Image.Resampling.BOX).point(lambda v: 60 + v * 155 // 255),
        (90, 110),
    )
    turned = paper.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=200)
    file = io.BytesIO()
    turned.save(file, "JPEG", quality=70)
    return file.getvalue()


@pytest.mark.parametrize(("lines", "version"), MEASURED.items())
def test_sizes_are_those_of_the_page(lines: int, version: int) -> None:
    code = code_of(permit_with(lines))
    assert len(code.statement.lines) == lines
    picture = qr_code(code.address)
    assert abs(picture.version - version) <= 1  # a signature and its moment are never the same
    side = (modules(version) + 2 * QUIET_MODULES) * MODULE_MM
    assert f"| {lines} | {version} | {side:.0f} mm |" in PAPER_PAGE.read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_bound_is_the_one_of_the_largest_code() -> None:
    """Codes just within and just beyond it: the library must need the same version."""
    largest = max(count for count in range(1300, 1600) if fits(PAGE, bytes(count)))
    noise = random.Random(5).randbytes(largest + 7)
    assert qr_code(address_of(PAGE, noise[:largest])).version == LARGEST_VERSION
    with pytest.raises(ValueError, match="too long"):
        qr_code(address_of(PAGE, noise))


@pytest.mark.parametrize("lines", [21, 60])
def test_of_many_lines_the_first_stand_with_a_digest_of_all(lines: int) -> None:
    paper = a_paper()
    permit = permit_with(lines)
    code = code_of(permit, paper)
    said = code.statement
    assert 10 <= len(said.lines) <= 20
    assert said.count == lines
    assert said.digest == CODEC.lines_digest(PaperStatement.of(permit, ANAC, NOON))
    assert status(code.address, paper) is PaperStatus.GENUINE


@pytest.mark.slow
def test_long_texts_leave_fewer_lines_and_still_fit() -> None:
    chance = random.Random(9)

    def text() -> str:
        return "".join(chance.choice("abcdefghijklmnopqrstuvwxyz ") for _ in range(300))

    lines = tuple(a_position(f"L{place}", description=text()) for place in range(15))
    code = code_of(a_permit(special_conditions=(text(),), positions=lines))
    assert 5 < len(code.statement.lines) < 15
    assert qr_code(code.address).version <= LARGEST_VERSION


@pytest.mark.parametrize("lines", [1, 20])
@pytest.mark.parametrize("degrees", [0, 3.5, 90, 187])
def test_a_code_at_its_smallest_size_is_read_from_a_grey_picture_askew(
    lines: int, degrees: float
) -> None:
    code = code_of(permit_with(lines))
    picture = photographed(qr_code(code.address).png, degrees)
    assert is_picture(picture)
    assert codes_in(picture) == (code.address,)


@pytest.mark.parametrize(
    "content", [b"", b"\x89PNG\r\n\x1a\nrubbish", b"%PDF-1.7 rubbish", b"GIF89a" + bytes(40)]
)
def test_what_is_no_picture_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(InvalidRequest, match="cannot be read"):
        codes_in(content)


@pytest.mark.slow
def test_a_picture_of_too_many_pixels_is_not_decoded() -> None:
    file = io.BytesIO()
    Image.new("1", (8000, 8000)).save(file, "PNG")
    with pytest.raises(InvalidRequest, match="cannot be read"):
        codes_in(file.getvalue())
