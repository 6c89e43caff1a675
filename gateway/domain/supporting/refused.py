"""Refused document: a file, or an entry about it, that is not kept with a permit."""

from gateway.domain.errors import InputInvalid
from gateway.domain.people.sentence import Sentence


class DocumentRefused(InputInvalid):
    """A supporting document is not taken, or not removed.

    field: name of the entry, such as `file`.  sentence: for a person, in any language of the pages.
    """

    def __init__(self, field: str, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.field, self.sentence = field, sentence
