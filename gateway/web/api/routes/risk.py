"""Trace and risk of a permit, by what is at hand here: no partner is asked.

Permits of other authorities that are served here are not there for the caller, as everywhere in
this API.
"""

from collections.abc import Collection
from datetime import datetime

from pydantic import BaseModel, Field

from gateway.domain.api.key import Scope
from gateway.domain.risk.as_json import as_json as risk_as_json
from gateway.domain.trace.as_json import as_json as trace_as_json
from gateway.web.api.call import Call, CurrentCall
from gateway.web.api.numbers import Country, Number
from gateway.web.api.route import router
from gateway.web.api.routes.status import own_permit

routes = router(Scope.RISK, "risk")


class TracedLine(BaseModel):
    """A line of a document. Quantities are texts with their unit."""

    line: str
    scientific_name: str | None
    term: str | None
    went_out: str | None
    went_out_basis: str | None = Field(
        description="counted-at-import, counted-at-export, permitted or not-used."
    )
    came_in: str | None
    came_in_basis: str | None


class TracedDocument(BaseModel):
    """A document of the tree, with those that it names."""

    country: str
    number: str
    box: str | None = Field(description="That names it in the document above: 12 or 12a.")
    lines_above: list[str]
    day_differs: bool
    place: str = Field(description="here, above or circle.")
    known: str | None = Field(description="own or copy; null where it is not at hand.")
    at: datetime | None = Field(description="When the copy came.")
    status: str | None
    not_at_hand: str | None = Field(description="Why; null where it is at hand.")
    code: str | None
    lines: list[TracedLine]
    documents: list["TracedDocument"]


class OtherReexport(BaseModel):
    """A re-export beside the tree that names a document of it."""

    country: str
    number: str
    at_hand: bool


class LineChain(BaseModel):
    """Chain of a line of a re-export, to the origin of its goods."""

    line: str
    path: list[str]
    end: str = Field(description="closed, closed-by-date, or why it does not close.")
    closes: bool
    reason: str | None


class Reexported(BaseModel):
    """A line of a re-export that names the document."""

    country: str
    number: str
    line: str
    quantity: str | None
    basis: str | None


class GoodsBalance(BaseModel):
    """Goods of a document against the re-exports that name it."""

    country: str
    number: str
    lines: list[str]
    scientific_name: str
    term: str
    standing: str = Field(description="within, over, not-on-it or not-comparable.")
    came_in: str | None
    bases: list[str]
    went_out: str | None
    excess: str | None
    path: list[str]
    reexports: list[Reexported]


class TracedPermit(BaseModel):
    """Trace of a permit: tree of documents, chains of its lines, sums by document and goods."""

    tree: TracedDocument
    other_reexports: list[OtherReexport]
    more_other_reexports: bool
    closes: bool | None = Field(description="Null for a document that is no re-export.")
    chains: list[LineChain]
    balances: list[GoodsBalance]
    questions: int = Field(description="That were sent to partners: always 0.")


class EvidencePiece(BaseModel):
    """A piece of evidence, as a sentence in English."""

    text: str
    source: str = Field(alias="from")


class IndicatorOfRisk(BaseModel):
    """An indicator. points: its weight where it fired, else 0."""

    indicator: str
    weight: int
    points: int
    evidence: list[EvidencePiece]
    not_judged: str | None = Field(description="Why it could not be judged, or not wholly.")


class RiskOfPermit(BaseModel):
    """Risk of a permit: the sum of the weights of the indicators that fired, and each of them."""

    country: str
    number: str
    score: int
    indicators: list[IndicatorOfRisk]


@routes.get("/certificates/trace")
def certificate_trace(call: CurrentCall, country: Country, number: Number) -> TracedPermit:
    """Trace of a permit to the origin of its goods, by the documents that are at hand."""
    hidden = _hidden(call, country, number)
    found = call.desk.trace(country, number, hidden)
    return TracedPermit.model_validate(trace_as_json(found))


@routes.get("/certificates/risk")
def certificate_risk(call: CurrentCall, country: Country, number: Number) -> RiskOfPermit:
    """Risk of a permit at this moment: score, and every indicator with its evidence."""
    hidden = _hidden(call, country, number)
    found = call.desk.risk(country, number, hidden)
    return RiskOfPermit.model_validate(risk_as_json(found))


def _hidden(call: Call, country: str, number: str) -> Collection[str]:
    """Countries, and other authorities of the own one, whose permits the caller must not see.

    Raises CertificateNotFound for a permit of another authority of the own country.
    """
    call.about(country, number)
    if country == call.country:
        own_permit(call, country, number)
    return {
        each if each.partition("/")[0] == call.country else each.partition("/")[0]
        for each in call.desk.served - {call.key.authority}
    }
