"""QR code of a permit code, as SVG for print and as PNG.

The address stands in byte mode, the digits in numeric mode; the library divides the text so. Error
correction is level M: 15 % of the code may be unreadable.
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
