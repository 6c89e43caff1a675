"""Finding of a rule, as an error that refuses a record refers to it."""

from typing import Protocol

from gateway.domain.codes import Language


class RuleFinding(Protocol):
    """Finding of a rule, as `gateway.domain.rules.finding` has it."""

    @property
    def rule(self) -> str:
        """Id of the rule (`F04`)."""

    def text(self, language: Language = "english") -> str:
        """Return the sentence for a person."""
