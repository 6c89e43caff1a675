"""Refusals: what a reader may raise on damaged input, and what its sentence may show."""

import re

from gateway.partners.faults import PartnerRefusal
from tests.fuzz.campaign import Broken

_INSIDE = re.compile(
    r"Traceback|File \"|\.py\b|lxml|libxml|site-packages|/usr/|/home/|NoneType|unexpected"
    r" EOF|StartTag|object at 0x|"
    r"SECRET-IN-THE-RECORD|QX7K-42M9-SECRET"
)
_QUOTED = re.compile(r'"[^"]*"')
"""Quoted values of a record: its own author may see them."""
_LONGEST = 1_500


class only:
    """A block that may raise one of these errors, in words of the gateway, and no other."""

    def __init__(self, errors: type[Exception] | tuple[type[Exception], ...], tried: bytes) -> None:
        self._errors, self._tried = errors, tried
        self.outcome = "read"

    def __enter__(self) -> "only":
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        if error is None or isinstance(error, Broken):
            return False
        if not isinstance(error, self._errors):
            raise Broken("an exception escaped", self._tried) from error
        self.look_at(error)
        return True

    def look_at(self, error: Exception) -> None:
        """Raises Broken where an error shows the inside, or is longer than a person reads."""
        self.outcome = type(error).__name__
        if isinstance(error, PartnerRefusal):
            return  # its text is the partner's own
        said = (
            f"{error} {getattr(error, 'text', '')} {getattr(error, 'expected', '')}"
            f" {getattr(error, 'path', '')}"
        )
        if _INSIDE.search(_QUOTED.sub("", said)):
            raise Broken(f"the inside leaked: {said}", self._tried)
        if len(getattr(error, "text", "") or str(error)) > _LONGEST:
            raise Broken(f"a refusal of {len(said)} characters", self._tried)
