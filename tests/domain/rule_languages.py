"""Languages that the sentences of the rules are written in: those of the Convention."""

from gateway.domain.codes import Language

RULE_LANGUAGES: tuple[Language, ...] = ("english", "french", "spanish")
