"""Agreement settings, [[partner.agreement]]: kinds of document that need no paper."""

from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from gateway.domain.codes import document_types
from gateway.domain.partner import Agreement
from gateway.settings.section import Section, wrong


def _known_code(code: str) -> str:
    if code not in document_types():
        raise wrong(f"must hold codes of document types: {', '.join(document_types())}")
    return code


class AgreementSettings(Section):
    """[[partner.agreement]]: an agreement on documents that need no paper."""

    documents: Annotated[
        tuple[Annotated[str, AfterValidator(_known_code)], ...], Field(min_length=1)
    ]
    """Document types that need no paper, by code: `EXPORT`, `REEXPORT`."""

    since: date
    """First day on which it holds."""

    until: date | None = None
    """Last day on which it holds. Left out: without end."""

    reference: Annotated[str, Field(min_length=1, max_length=350)]
    """The text that both sides signed: its name, date and article."""

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.until is not None and self.until < self.since:
            raise wrong("must not be before since", key="until")
        return self

    @property
    def agreement(self) -> Agreement:
        """The agreement as a domain object."""
        return Agreement(frozenset(self.documents), self.since, self.until, self.reference)
