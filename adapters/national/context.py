"""Record context: additions of the gateway that publishes a record.

Defaults of the authority that issues it, and tokens that the gateway has encrypted in a file of
refused records.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo

from adapters.national.raw import RawObject, Value
from adapters.national.values import Scalar, UnexpectedValue

ENCRYPTED = "encrypted:"
"""Beginning of an encrypted token. No token holds a colon."""

_BOX_6 = ("management_authority.name", "management_authority.country")


@dataclass(frozen=True, slots=True)
class AuthorityDefaults:
    """Values of an authority for records that leave them out.

    name, country: of box 6, where a record states neither.
    time_zone: of plain dates, where a record states none.
    """

    name: str
    country: str
    time_zone: tzinfo = UTC


def _no_defaults(_: str | None) -> AuthorityDefaults | None:
    return None


def _no_key(_: str) -> str:
    raise UnexpectedValue(
        "the token as issued; the gateway that encrypted this one reads it: name its working"
        " directory with --dir"
    )


@dataclass(frozen=True, slots=True)
class RecordContext:
    """Context of the records of one gateway; without arguments, of none.

    defaults_of: takes the code of an authority, None for the only one; gives None for an unknown
    one.  decrypt: gives the token of an encrypted text, without its beginning; raises
    UnexpectedValue.
    """

    defaults_of: Callable[[str | None], AuthorityDefaults | None] = _no_defaults
    decrypt: Callable[[str], str] = _no_key

    def decrypted(self, raw: RawObject) -> RawObject:
        """A permit or line with its tokens as issued.

        A token is decrypted in whichever field it stands: a row with a cell too many may have moved
        it. Raises UnexpectedValue for a text that this gateway did not encrypt.
        """
        return replace(raw, values={name: self._value(each) for name, each in raw.values.items()})

    def with_defaults(self, permit: RawObject) -> RawObject:
        """A permit with box 6 of its authority, where it states neither name nor country."""
        defaults = self.defaults_of(_text(permit.values.get("authority")))
        if defaults is None or any(name in permit.values for name in _BOX_6):
            return permit
        box_6 = dict(zip(_BOX_6, (defaults.name, defaults.country), strict=True))
        return replace(permit, values={**permit.values, **box_6})

    def time_zone(self, permit: RawObject) -> tzinfo:
        """The zone of plain dates of a permit that states none; UTC where nothing is known."""
        defaults = self.defaults_of(_text(permit.values.get("authority")))
        return defaults.time_zone if defaults else UTC

    def _value(self, value: Value) -> Value:
        if isinstance(value, tuple):
            return tuple(self._scalar(each) for each in value)
        return self._scalar(value)

    def _scalar(self, value: Scalar) -> Scalar:
        if not isinstance(value, str) or not value.startswith(ENCRYPTED):
            return value
        return self.decrypt(value.removeprefix(ENCRYPTED))


def _text(value: Value | None) -> str | None:
    return value if isinstance(value, str) else None
