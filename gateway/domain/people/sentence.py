"""Sentence for a person, as a template and its values, so that it can be said in another language.

The template is English and the key of the catalogues (gateway/web/catalogues).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sentence:
    """template: with `{name}` for each value.

    values: a value that is a sentence too is said in the language of the whole.
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return self.template.format_map(self.values)
