"""Finding of a rule: box, line, severity, value and expected value; its sentence is data."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from gateway.domain.codes import Code, Language
from gateway.domain.identifiers import Authority
from gateway.domain.permit.permit import Permit
from gateway.domain.rules.registry import registered_rules, sentences
from gateway.domain.rules.severity import Severity

__all__ = ["Finding", "Rule", "Severity", "error", "info", "risk", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding of a rule.

    rule: id of the rule (`F04`).
    sentence: key of the sentence within the rule (`issue-date-missing`), in `sentences.csv`.
    box: of the CITES form.  position: letter of the line, None where it is about the whole form.
    value: as it stands in the box, empty where the box is; text of others, not yet cleaned.
    expected: codes or values separated by a space, empty where any other value would do.
    words: further places of the sentence, by name; a code stands for its name in the language.
    """

    rule: str
    severity: Severity
    sentence: str
    box: str
    position: str | None = None
    value: str = ""
    expected: str = ""
    words: tuple[tuple[str, str | Code], ...] = ()

    @property
    def source(self) -> str:
        """Text that the rule comes from: article, box, resolution."""
        return registered_rules()[self.rule].source

    def text(self, language: Language = "english") -> str:
        """Return the sentence for a person, with problem and expected value."""
        named = {
            name: word.name(language) if isinstance(word, Code) else word
            for name, word in self.words
        }
        wording = sentences()[self.rule, self.sentence].name(language)
        return wording.format(value=self.value, expected=self.expected, **named)


Rule = Callable[[Permit, Authority], Iterator[Finding]]


def _finding(
    severity: Severity,
    rule: str,
    sentence: str,
    *,
    box: str,
    position: str | None = None,
    value: str = "",
    expected: str = "",
    **words: str | Code,
) -> Finding:
    named = tuple(words.items())
    return Finding(rule, severity, sentence, box, position, value, expected, named)


error = partial(_finding, Severity.ERROR)
"""A finding that blocks publication."""
risk = partial(_finding, Severity.RISK)
"""A finding for which the issuing authority has to be asked."""
warning = partial(_finding, Severity.WARNING)
"""A finding that a person should look at."""
info = partial(_finding, Severity.INFO)
"""A finding for information."""
