"""Dialect file: a dialect in TOML, checked as a whole."""

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from gateway.dialects import Dialect
from gateway.settings.dialects.operation_tables import (
    CONTRACT_NAMES,
    MissingTable,
    OperationsTable,
)
from gateway.settings.dialects.part_tables import (
    AnswerTable,
    BudgetTable,
    FaultTable,
    HeaderTable,
    LoginTable,
    MessageTable,
    ReadingTable,
)
from gateway.settings.section import Mistake, Section, matching, refuse_all


class DialectFile(Section):
    """The whole file; its name without ending is the dialect's."""

    title: Annotated[str, Field(min_length=1, max_length=350)]
    """Whose service speaks it, for a person."""

    wsdl: (
        Annotated[
            str,
            AfterValidator(
                matching(r"[a-z0-9][a-z0-9.-]{0,60}\.wsdl", "must be the name of a .wsdl file")
            ),
        ]
        | None
    ) = None
    """Name of the WSDL that describes it, in wsdl/. Left out: it has none."""

    message: MessageTable
    operations: OperationsTable = Field(default_factory=OperationsTable)
    missing: MissingTable = Field(default_factory=MissingTable)
    header: tuple[HeaderTable, ...] = ()
    login: LoginTable
    answer: AnswerTable
    fault: FaultTable
    reading: ReadingTable
    budget: BudgetTable | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        refuse_all(self._mistakes())
        return self

    def _mistakes(self) -> Iterator[Mistake]:
        for key in CONTRACT_NAMES:
            has, lacks = getattr(self.operations, key), getattr(self.missing, key)
            if has is None and lacks is None:
                yield f"operations.{key}", f"must be given, or missing.{key} with the reason"
            if has is not None and lacks is not None:
                yield f"missing.{key}", f"must not be given beside operations.{key}"

    def dialect(self, name: str) -> Dialect:
        """Return the dialect of that name."""
        tables = {each: getattr(self.operations, each) for each in CONTRACT_NAMES}
        reasons = {each: getattr(self.missing, each) for each in CONTRACT_NAMES}
        return Dialect(
            name=name,
            title=self.title,
            form=self.message.form,
            operations={
                CONTRACT_NAMES[key]: table.described for key, table in tables.items() if table
            },
            missing={CONTRACT_NAMES[key]: reason for key, reason in reasons.items() if reason},
            headers=tuple(each.block for each in self.header),
            login=self.login.login,
            answer=self.answer.form,
            faults=self.fault.form,
            reading=self.reading.reading,
            budget=self.budget.budget if self.budget else None,
            wsdl=self.wsdl,
        )
