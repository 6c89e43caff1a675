"""Refused entry about a person: a field of a form, or an option of a command."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from gateway.domain.errors import InputInvalid
from gateway.domain.people.sentence import Sentence


class PersonInvalid(InputInvalid):
    """An entry about a person, their password or their code is not what it must be.

    field: name of the field, such as `new_password`.  sentence: for a person, in any language of
    the pages.  also: what is wrong with other fields of the same form.
    """

    also: tuple["PersonInvalid", ...] = ()

    def __init__(self, field: str, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.field, self.sentence = field, sentence


@dataclass
class Refusals:
    """What is wrong with the fields of a form, collected, so that a person hears all at once."""

    found: list[PersonInvalid] = field(default_factory=list)

    @contextmanager
    def collected(self) -> Iterator[None]:
        """Collect the refusal of the block."""
        try:
            yield
        except PersonInvalid as error:
            self.found.append(error)

    def require_none(self) -> None:
        """Raise PersonInvalid with everything that was collected."""
        if self.found:
            first, *others = self.found
            first.also = tuple(others)
            raise first
