"""Roles of people. A person has a role at one authority, and may have several grants."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person may do."""

    CUSTOMS = "customs"
    """Customs officer: looks at permits at the border and confirms quantities."""
    AUTHORITY = "authority"
    """Officer of the Management Authority: sees the permits of the authority."""
    OPERATOR = "operator"
    """Runs the gateway: partners, outbox, keys."""
    AUDITOR = "auditor"
    """Reads what people did, and changes nothing."""
    ADMINISTRATOR = "administrator"
    """Adds people of the authority, gives them roles, and helps them back in."""


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """A role at an authority. authority: its identity, country and code, as in `MZ/MA`."""

    role: Role
    authority: str

    def __str__(self) -> str:
        return f"{self.role}@{self.authority}"
