"""Sample permits: the file in which a partner names permits that its service holds for tests."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from gateway.settings.reading.single_file import read_single_file
from gateway.settings.section import Section, wrong

_Number = Annotated[str, Field(min_length=1, max_length=200)]


class PermitKind(StrEnum):
    """Kind of a sample permit, by what the service has to answer about it."""

    ISSUED = "issued"
    """In force and not final; nothing is ever confirmed on it."""
    FINAL = "final"
    """Box 14 has a quantity for each line."""
    CANCELLED = "cancelled"
    REPLACED = "replaced"
    WITHOUT_TOKEN = "without-token"  # noqa: S105  # the name of a kind
    ATTACHMENT = "attachment"
    """A file travels with it."""
    CONFIRM = "confirm"
    """In force and not final; its quantities are confirmed, for good."""


class SamplePermit(Section):
    """[[permit]]: a permit."""

    kind: PermitKind
    number: _Number
    token: Annotated[str | None, Field(min_length=1, max_length=200, repr=False)] = None
    """Left out where it has none."""


class SamplePermits(Section):
    """The whole file."""

    permit: Annotated[tuple[SamplePermit, ...], Field(min_length=1, max_length=len(PermitKind))]

    @model_validator(mode="after")
    def _one_of_a_kind(self) -> Self:
        kinds = [each.kind for each in self.permit]
        for nth, kind in enumerate(kinds):
            if kind in kinds[:nth]:
                raise wrong("must stand once", key=f"permit.{nth}.kind")
        return self


def read_sample_permits(content: bytes, name: str) -> SamplePermits:
    """Read a file of sample permits. name: how sentences name it.

    Raises SettingsInvalid, naming line and key: the first problem, which says how many there are.
    """
    return read_single_file(SamplePermits, content, name, "file of sample permits")
