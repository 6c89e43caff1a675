"""Form as PDF: opens, holds the code and the files, and shows hostile values as text."""

import io
import string
from datetime import UTC, datetime

import pypdfium2
import pytest
from PIL import Image

from gateway.cli.views.paper.form import printed
from gateway.cli.views.words import LanguageTag
from gateway.domain.errors import InvalidRequest
from gateway.domain.permit.permit import Permit
from gateway.exchange.permits.paper.issue import PermitCode
from gateway.exchange.permits.paper.prepare import PermitToPrint
from gateway.paper.form_pdf import form_pdf
from gateway.paper.pictures import codes_in
from tests.builders import a_permit, a_position
from tests.paper.test_qr_codes import code_of, permit_with

pytestmark = pytest.mark.slow

AT = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)
HOSTILE = '#import "/etc/passwd" $x$ *b* <l> @ref `raw` \\ // = #[x] \u202eevil\x00 ž Ω ы'
FILES = (("permit-v2.xml", b"<permit/>"), ("CITES-permit-seal.xml", b"<seal/>"))


def pdf_of(
    permit: Permit, code: PermitCode | None = None, tag: LanguageTag = LanguageTag.ENGLISH
) -> bytes:
    return form_pdf(printed(PermitToPrint(permit, FILES), code, tag), AT)


def text_of(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


@pytest.mark.parametrize("tag", LanguageTag)
def test_a_permit_of_three_lines_is_one_page_with_its_code_in_every_language(
    tag: LanguageTag,
) -> None:
    permit = a_permit()
    code = code_of(permit)
    pdf = pdf_of(permit, code, tag)
    (page,) = text_of(pdf)
    for value in ("MZ26EX000001", "2026-09-01", "Zambezi Crocodile Farms Lda", "12.5 KGM"):
        assert value in page
    assert codes_in(pdf) == (code.address,)


@pytest.mark.parametrize("lines", [3, 20])
def test_the_page_is_read_at_200_dots_per_inch_turned_and_greyed(lines: int) -> None:
    permit = permit_with(lines)
    code = code_of(permit)
    with pypdfium2.PdfDocument(pdf_of(permit, code)) as document:
        page = document[0].render(scale=200 / 72, grayscale=True).to_pil()
    grey = page.point(lambda light: 70 + light * 140 // 255)
    file = io.BytesIO()
    grey.rotate(6, Image.Resampling.BICUBIC, expand=True, fillcolor=190).save(file, "JPEG")
    assert codes_in(file.getvalue()) == (code.address,)


def test_it_says_what_the_code_discloses() -> None:
    permit = a_permit()
    (page,) = text_of(pdf_of(permit, code_of(permit)))
    assert "names and addresses included" in " ".join(page.split())
    (page,) = text_of(pdf_of(permit))
    assert "no QR code" in page


def test_the_files_are_inside_as_they_are() -> None:
    with pypdfium2.PdfDocument(pdf_of(a_permit())) as document:
        files = [document.get_attachment(at) for at in range(document.count_attachments())]
        found = {file.get_name(): bytes(file.get_data()) for file in files}
    assert found == dict(FILES)


def test_it_declares_pdf_a_3() -> None:
    pdf = pdf_of(a_permit())
    assert b"<pdfaid:part>3</pdfaid:part>" in pdf
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in pdf
    assert pdf.count(b"/AFRelationship/Source") == 2


def test_lines_beyond_the_first_page_stand_on_annex_pages() -> None:
    permit = permit_with(28)
    pages = text_of(pdf_of(permit, code_of(permit)))
    assert len(pages) > 2
    assert "Annex to Export permit MZ26EX000001" in pages[1]
    everything = "\n".join(pages)
    assert all(line.marks[0] in everything for line in permit.positions)
    assert f"page 2 / {len(pages)}" in pages[1]


def test_hostile_values_are_text() -> None:
    permit = a_permit(
        special_conditions=(HOSTILE,), positions=(a_position("A", description=HOSTILE),)
    )
    (page,) = text_of(pdf_of(permit))
    flat = "".join(page.split())
    assert flat.count('#import"/etc/passwd"$x$*b*<l>@ref`raw`\\//=#[x]\\u202Eevil\\u0000žΩы') == 2


def test_a_character_without_a_font_is_named() -> None:
    with pytest.raises(InvalidRequest, match=r"No font of this machine has \U0001F9A0 \(U\+1F9A0"):
        pdf_of(a_permit(special_conditions=("x \U0001f9a0\U0001d6d2 y",)))


def test_every_letter_of_european_scripts_has_a_glyph() -> None:
    letters = string.ascii_letters + "".join(map(chr, range(0xC0, 0x180))) + "αβγΩабвЯ"
    assert pdf_of(a_permit(special_conditions=(letters,))).startswith(b"%PDF-1.7")
