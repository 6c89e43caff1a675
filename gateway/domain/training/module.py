"""Module of the training course: an explanation in paragraphs, and exercises."""

from dataclasses import dataclass

from gateway.domain.people.sentence import Sentence
from gateway.domain.training.exercise import Exercise


@dataclass(frozen=True, slots=True)
class Module:
    """key: a short word, part of its address."""

    key: str
    title: Sentence
    paragraphs: tuple[Sentence, ...]
    exercises: tuple[Exercise, ...]

    def exercise(self, key: str) -> Exercise | None:
        """The exercise of a key."""
        return next((each for each in self.exercises if each.key == key), None)
