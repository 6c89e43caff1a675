"""Act on a declaration: the authority and officer who act, and the result."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from gateway.domain.declarations.refused import DeclarationInvalid
from gateway.domain.declarations.use import LineUse, UseEvent
from gateway.exchange.declarations.confirm import Booked

SYSTEM = "epix-gateway"
"""Officer of acts that no person did."""


@dataclass(frozen=True, slots=True)
class ActedBy:
    """Authority and officer who act.

    officer: a person or a system by name.  reason: in words.
    own_alone: whether declarations and own permits of other authorities are out of reach.
    """

    authority: str
    officer: str
    reason: str = ""
    own_alone: bool = False

    def validated(self) -> "ActedBy":
        """Return it without outer white space. Raises DeclarationInvalid for a name or reason."""
        authority, officer = self.authority.strip(), self.officer.strip()
        for name, text in (("authority", authority), ("officer", officer)):
            if not 0 < len(text) <= 200 or not text.isprintable():
                raise DeclarationInvalid(
                    f"An act names its {name}, in 1 to 200 characters.", field=name
                )
        if len(reason := self.reason.strip()) > 1000 or not reason.isprintable():
            raise DeclarationInvalid("A reason is one line, 1000 letters at most.", field="reason")
        return replace(self, authority=authority, officer=officer, reason=reason)

    @property
    def within(self) -> str | None:
        """Authority whose own permits alone are in reach; None for all."""
        return self.authority if self.own_alone else None

    def require_own(self, events: Iterable[UseEvent]) -> None:
        """Raise DeclarationInvalid where a declaration is of an authority out of reach."""
        if self.own_alone and any(
            event.authority not in (self.authority, SYSTEM) for event in events
        ):
            raise DeclarationInvalid(
                "Another authority uses this number for a declaration.", field="number"
            )


@dataclass(frozen=True, slots=True)
class Acted:
    """Result of an act.

    uses: of each line, after it.  changed: events that were added; fewer than lines where some
    repeated what was done.  booked: confirmations for partners that it led to.
    """

    uses: tuple[LineUse, ...]
    changed: tuple[UseEvent, ...]
    booked: Booked = field(default_factory=Booked)
