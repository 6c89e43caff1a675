"""Port of training progress: the exercises that each person has passed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol


class TrainingProgress(Protocol):
    """Exercises that people have passed."""

    def passed(self, person_id: str) -> Mapping[str, datetime]:
        """Key of the exercise -> moment of the first right answer. Raises ServiceUnavailable."""

    def pass_(self, person_id: str, exercise: str, at: datetime) -> None:
        """Note a right answer, unless there was one before. Raises ServiceUnavailable."""
