"""One-time codes of an authenticator (TOTP, RFC 6238): six digits that change every 30 seconds.

The code before and the code after are taken too, because clocks of telephones differ.
"""

import hmac
import re
from datetime import datetime

import pyotp
import zxingcpp

_SECONDS = 30
_STEPS = (0, -1, 1)
_DIGITS = 6
_ISSUER = "epix-gateway"
_SIZE = re.compile(r'<svg width="(\d+)" height="(\d+)"')


class TotpCodes:
    """The port `OneTimeCodes`."""

    def new_secret(self) -> str:
        """See the port. 160 random bits. Source: RFC 4226, section 4, R6."""
        return pyotp.random_base32(32)

    def step(self, secret: str, code: str, at: datetime) -> int | None:
        """See the port. Spaces in the code do not matter."""
        digits = "".join(code.split())
        if len(digits) != _DIGITS or not digits.isascii() or not digits.isdigit():
            return None
        totp = pyotp.TOTP(secret)
        present = int(at.timestamp()) // _SECONDS
        found = None
        for difference in _STEPS:  # all of them, whichever is right: the time tells nothing
            step = present + difference
            if hmac.compare_digest(totp.generate_otp(step), digits):
                found = step
        return found

    def address(self, secret: str, name: str) -> str:
        """See the port."""
        return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=_ISSUER)

    def picture(self, address: str) -> bytes:
        """See the port. The side of a module is a unit; the page decides how large it is."""
        code = zxingcpp.create_barcode(address, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
        picture = code.to_svg(add_quiet_zones=True)
        return _SIZE.sub(r'<svg viewBox="0 0 \1 \2"', picture[picture.index("<svg") :]).encode()
