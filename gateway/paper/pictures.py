"""Pictures of printed permits: the text of the QR codes in a PNG, JPEG or PDF.

A picture comes from others. Its size is bounded before it is decoded, and only these three kinds
are opened.
"""

import io
from collections.abc import Iterator

import pypdfium2
import zxingcpp
from PIL import Image

from gateway.domain.errors import InvalidRequest

MOST_BYTES = 64 * 1024 * 1024
_MOST_PIXELS = 60_000_000
"""A page of A4 at 800 dots per inch."""
_MOST_PAGES = 50
_PDF_DPI = 300
_MOST_POINTS = 2000
"""Longest side of a page of a PDF that is drawn: a little more than A2."""
_KINDS = ("PNG", "JPEG")
_PICTURE_STARTS = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff")


def is_picture(content: bytes) -> bool:
    """Whether a file begins as a PDF, a PNG or a JPEG does."""
    return content.startswith(_PICTURE_STARTS)


def codes_in(content: bytes) -> tuple[str, ...]:
    """Return the texts of all QR codes in a picture, each once, in the order of its pages.

    Raises InvalidRequest for a picture that is too large or cannot be read.
    """
    if len(content) > MOST_BYTES:
        raise InvalidRequest(f"The picture is larger than {MOST_BYTES} bytes.")
    try:
        texts = [text for page in _pages(content) for text in _texts(page)]
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError):
        raise InvalidRequest("The picture cannot be read: PNG, JPEG and PDF can.") from None
    except pypdfium2.PdfiumError:
        raise InvalidRequest("The PDF cannot be read. Print it to a picture, or scan it.") from None
    return tuple(dict.fromkeys(texts))


def _pages(content: bytes) -> Iterator[Image.Image]:
    if not content.startswith(b"%PDF-"):
        with Image.open(io.BytesIO(content), formats=_KINDS) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise ValueError("too many pixels")
            yield picture.convert("L")
        return
    with pypdfium2.PdfDocument(content) as document:
        for number in range(min(len(document), _MOST_PAGES)):
            page = document[number]
            if max(page.get_size()) <= _MOST_POINTS:
                yield page.render(scale=_PDF_DPI / 72, grayscale=True).to_pil()


def _texts(page: Image.Image) -> Iterator[str]:
    # Made here: an object that outlives the interpreter is reported as a leak on its exit.
    formats = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    for found in zxingcpp.read_barcodes(page, formats=formats):
        yield found.text
