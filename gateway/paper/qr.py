"""QR code of a permit code: as SVG for print, as PNG, and as text for a terminal.

The address stands in byte mode, the digits in numeric mode; the library divides the text so. Error
correction is level M: 15 % of the code may be unreadable. A screen is not soiled, so the text is of
level L (7 %), which is smaller.
Source: ISO/IEC 18004.
"""

import io
from dataclasses import dataclass

import zxingcpp
from PIL import Image

from gateway.domain.paper.digits import LARGEST_VERSION

QUIET_MODULES = 4
"""Modules that stay white on each side."""
MODULE_MM = 0.4
"""Smallest side of a module in print: three dots at 200 dots per inch."""
_MIDDLE_GREY = 128
_BLOCKS = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
"""Whether the upper and the lower module are dark -> the character."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code. version: 1 to 40.  svg: with its quiet zone, a module is a unit."""

    version: int
    svg: bytes
    png: bytes

    @property
    def side_mm(self) -> float:
        """Smallest side in print, with the quiet zone."""
        return (modules(self.version) + 2 * QUIET_MODULES) * MODULE_MM


def modules(version: int) -> int:
    """Modules on a side, without the quiet zone."""
    return 17 + 4 * version


def qr_code(address: str) -> QrCode:
    """Draw the QR code of an address. Raises ValueError where it needs a version above 32."""
    made = zxingcpp.create_barcode(address, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    svg = made.to_svg(scale=1, add_quiet_zones=True)
    pixels = Image.fromarray(made.to_image(scale=4, add_quiet_zones=True))
    version = (pixels.width // 4 - 2 * QUIET_MODULES - 17) // 4
    if version > LARGEST_VERSION:
        raise ValueError("the address is too long")
    file = io.BytesIO()
    pixels.convert("1").save(file, "PNG", optimize=True)
    return QrCode(version, svg.encode(), file.getvalue())


def qr_lines(address: str) -> tuple[str, ...]:
    """Draw the QR code of an address as text, with its quiet zone: a character is two modules.

    The text is for a light background and dark characters. Raises ValueError for an address that
    is too long.
    """
    made = zxingcpp.create_barcode(address, zxingcpp.BarcodeFormat.QRCode, ec_level="L")
    pixels = Image.fromarray(made.to_image(scale=1, add_quiet_zones=True))
    width, height = pixels.size
    is_dark = [value < _MIDDLE_GREY for value in pixels.convert("L").tobytes()]
    is_dark += [False] * width  # the side is odd: below its last row stands a light one
    rows = [is_dark[at : at + width] for at in range(0, width * (height + 1), width)]
    return tuple(
        "".join(_BLOCKS[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[:-1:2], rows[1::2], strict=True)
    )
