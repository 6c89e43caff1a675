"""Header blocks of a dialect, and its log-in: how the caller shows who it is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

USERNAME, PASSWORD = "username", "password"
"""Values of a partner with a place of their own: `our_username`, `our_password_file`."""


class CertificateUse(StrEnum):
    """Whether the service asks for a TLS client certificate."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderText:
    """Text of a header element: a constant, or a value of the partner by its name.

    constant: the text itself, the same for every partner.
    value: `username`, `password`, or a key of `[partner.values]`.
    default: text where the partner gives no such value; None: it has to give one.
    """

    constant: str | None = None
    value: str | None = None
    default: str | None = None

    def written(self, values: Mapping[str, str]) -> str | None:
        """Return the text. values: of the partner.  None where there is none."""
        if self.value is None:
            return self.constant
        return values.get(self.value, self.default)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderChild:
    """A child of a header block. qualified: whether it is in the block's namespace, or in none."""

    element: str
    qualified: bool
    text: HeaderText


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderBlock:
    """A header block.

    namespace: of the block; None: the service's own.  prefix: of that namespace; it means nothing.
    text: of a block without children.
    mandatory: whether it has `mustUnderstand="1"`.
    optional: whether it is left out where the partner gives none of its values.
    """

    element: str
    namespace: str | None
    prefix: str | None = None
    children: tuple[HeaderChild, ...] = ()
    text: HeaderText | None = None
    mandatory: bool = False
    optional: bool = False
    source: str

    @property
    def contents(self) -> Iterator[HeaderText]:
        """Every text of the block."""
        if self.text:
            yield self.text
        for child in self.children:
            yield child.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Log-in. Header blocks with a user name and a password belong to it too.

    client_certificate: of TLS.
    message_security: WS-Security of requests: `none`, `x509`, `username-text`, `username-digest`.
    timestamp_seconds: age that the Timestamp beside a UsernameToken allows; None: no Timestamp.
    """

    client_certificate: CertificateUse
    message_security: str
    timestamp_seconds: int | None
    source: str
