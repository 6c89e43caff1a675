"""Refused entry about a person: a field of a form, or an option of a command."""

from gateway.domain.errors import InputInvalid
from gateway.domain.people.sentence import Sentence


class PersonInvalid(InputInvalid):
    """An entry about a person, their password or their code is not what it must be.

    field: name of the field, such as `new_password`.  sentence: for a person, in any language of
    the pages.
    """

    def __init__(self, field: str, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.field, self.sentence = field, sentence
