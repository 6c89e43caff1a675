"""Certificates: boxes as JSON, the document as XML, findings with the summary.

A permit of the country that the API key acts for comes from here. A permit of another country is
asked for at its issuer, at this moment, as `epix-gateway ask` does.
"""

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from fastapi import Header, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from gateway.domain.api.key import Scope
from gateway.domain.codes import Language
from gateway.domain.errors import OperationNotAvailable
from gateway.domain.foreign_text import one_line
from gateway.domain.form.boxes import Form, Row
from gateway.domain.form.unreadable import as_json as unreadable_as_json
from gateway.domain.form.unreadable import marked
from gateway.domain.form.variants import of_line_as_json, of_permit_as_json
from gateway.domain.permit.permit import Permit
from gateway.domain.rules.finding import Finding
from gateway.domain.summary import Summary
from gateway.domain.verdict import Verdict
from gateway.exchange.permits.foreign.ask_partner import ForeignPermit, NotShown
from gateway.exchange.permits.own_permits import PermitName
from gateway.web.api.call import Call, CurrentCall, PermitToken
from gateway.web.api.numbers import Country, Number
from gateway.web.api.route import router
from gateway.web.api.routes.status import own_permit
from gateway.wire.media_type import MediaType
from schemas import DEFAULT_VERSION, VersionName

routes = router(Scope.READ, "permits")


class Tongue(StrEnum):
    """Working language of the Convention."""

    EN = "en"
    FR = "fr"
    ES = "es"


_LANGUAGES: dict[Tongue, Language] = {
    Tongue.EN: "english",
    Tongue.FR: "french",
    Tongue.ES: "spanish",
}
Final = Annotated[bool, Query(description="With box 14, filled for every line.")]
Accept = Annotated[str, Header(alias="Accept", include_in_schema=False)]
Lang = Annotated[Tongue, Query(description="Language of labels and sentences.")]


LINKED_DATA = "application/ld+json"
"""Media type of JSON-LD."""


class Box(BaseModel):
    """A box of the standard form, or a part of one; blank boxes are there too."""

    box: str
    label: str
    value: str


class LineBoxes(BaseModel):
    """Boxes 7 to 12b of a line, and its box 14."""

    line: str
    boxes: list[Box]
    variants: dict[str, Any] = Field(description="Values without a box (docs/permit-form.md).")


class Seal(BaseModel):
    """Verdict on the seal of a foreign permit."""

    verdict: str = Field(description="sealed-valid, sealed-broken, unsealed, signer-unknown ...")
    reason: str
    signer: str | None
    sealed_at: datetime | None


class Certificate(BaseModel):
    """A permit, box by box."""

    country: str
    number: str
    type: str
    valid_until: datetime | None
    boxes: list[Box]
    lines: list[LineBoxes]
    variants: dict[str, Any] = Field(description="Values without a box (docs/permit-form.md).")
    unreadable: list[dict[str, Any]] = Field(description="Values that could not be read.")
    seal: Seal | None = Field(description="Null for a permit of your own authority.")
    summary: str | None = Field(description="may-pass, ask-first or do-not-accept; null likewise.")
    fetched: datetime | None = Field(
        description="When this copy came, where the issuer could not be reached now."
    )


class FoundByRule(BaseModel):
    """A finding of a rule."""

    rule: str
    severity: str = Field(description="error, risk, warning or info.")
    box: str
    line: str | None
    value: str
    expected: str
    text: str
    source: str


class Ground(BaseModel):
    """A reason of the summary."""

    reason: str
    summary: str
    box: str | None
    line: str | None
    rule: str | None
    text: str


class Findings(BaseModel):
    """Advice on a foreign permit, at this moment."""

    country: str
    number: str
    summary: str = Field(description="may-pass, ask-first or do-not-accept.")
    text: str = Field(description="The summary as a sentence.")
    reasons: list[Ground]
    findings: list[FoundByRule]
    code: str | None = Field(description="Code of the issuer's refusal; null where it answered.")
    expired_since: datetime | None
    fetched: datetime | None = Field(
        description="When the copy came, where the issuer could not be reached now."
    )


@routes.get(
    "/certificates",
    response_model=Certificate,
    responses={200: {"content": {LINKED_DATA: {"schema": {"type": "object"}}}}},
)
def certificate(
    call: CurrentCall,
    country: Country,
    number: Number,
    final: Final = False,
    lang: Lang = Tongue.EN,
    permit_token: PermitToken = None,
    accept: Accept = "",
) -> Certificate | Response:
    """A permit, box by box, with the words of the standard form.

    With `Accept: application/ld+json` the same permit comes as JSON-LD, self-contained.
    """
    language = _LANGUAGES[lang]
    foreign = None
    if country == call.country:
        own = own_permit(call, country, number)
        permit = own.permit if final else own.published.permit
    else:
        foreign = _shown(_asked(call, country, number, permit_token, final=final))
        permit = foreign.permit
    if _wants_linked_data(accept):
        return Response(
            call.desk.json_ld(permit), media_type=LINKED_DATA, headers={"Vary": "Accept"}
        )
    return _certificate(country, permit, language, foreign)


@routes.get(
    "/certificates/document",
    response_class=Response,
    responses={200: {"content": {"application/xml": {"schema": {"type": "string"}}}}},
)
def certificate_document(
    call: CurrentCall,
    country: Country,
    number: Number,
    version: Annotated[
        VersionName, Query(description="Of a permit of ours; a partner answers in its own.")
    ] = DEFAULT_VERSION,
    final: Final = False,
    permit_token: PermitToken = None,
) -> Response:
    """The document of a permit as XML, byte for byte as it is sealed."""
    if country == call.country:
        call.about(country, number)
        name = PermitName(country, number, call.authority_code)
        content = call.desk.document.document(name, version, final=final)
    else:
        content = _shown(_asked(call, country, number, permit_token, final=final)).reply.document
    return Response(content, media_type="application/xml")


@routes.get("/certificates/findings")
def certificate_findings(
    call: CurrentCall,
    country: Country,
    number: Number,
    final: Final = False,
    lang: Lang = Tongue.EN,
    permit_token: PermitToken = None,
) -> Findings:
    """Advice on a permit of another country: may it pass, and every reason against it."""
    if country == call.country:
        raise OperationNotAvailable("For a permit of your own country ask for status and ledger.")
    language = _LANGUAGES[lang]
    asked = _asked(call, country, number, permit_token, final=final)
    foreign = asked if isinstance(asked, ForeignPermit) else None
    return Findings(
        country=country,
        number=number,
        summary=asked.summary.outcome.value,
        text=asked.summary.outcome.text(language),
        reasons=_reasons(asked.summary, language),
        findings=[_finding(each, language) for each in foreign.findings] if foreign else [],
        code=None if isinstance(asked, ForeignPermit) else asked.error.code,
        expired_since=foreign.expired_since if foreign else None,
        fetched=foreign.fetched if foreign else None,
    )


def _wants_linked_data(accept: str) -> bool:
    """Whether the caller names JSON-LD, and not with the weight 0."""
    for part in accept.split(","):
        media = MediaType.parse(part)
        if media and media.name == LINKED_DATA:
            return not re.fullmatch(r"0(\.0*)?", media.parameters.get("q", "1"))
    return False


def _asked(
    call: Call, country: str, number: str, token: str | None, *, final: bool
) -> ForeignPermit | NotShown:
    call.about(country, number)
    return call.desk.ask().ask(country, number, token, final)


def _shown(asked: ForeignPermit | NotShown) -> ForeignPermit:
    """The permit. Raises the error of one that is not shown."""
    if isinstance(asked, NotShown):
        raise asked.error
    return asked


def _certificate(
    country: str, permit: Permit, language: Language, foreign: ForeignPermit | None = None
) -> Certificate:
    form = Form(permit, language)
    return Certificate(
        country=country,
        number=permit.number.text,
        type=permit.type,
        valid_until=permit.valid_until,
        boxes=_boxes(marked([*form.head(), *form.foot()], permit, language)),
        lines=[
            LineBoxes(
                line=line.id,
                boxes=_boxes(
                    marked(
                        [*form.line(line), form.endorsed(line), *form.inspected(line)],
                        *(permit, language, [line.id]),
                    )
                ),
                variants=of_line_as_json(line),
            )
            for line in permit.positions
        ],
        variants=of_permit_as_json(permit),
        unreadable=unreadable_as_json(permit),
        seal=_seal(foreign.verdict) if foreign else None,
        summary=foreign.summary.outcome.value if foreign else None,
        fetched=foreign.fetched if foreign else None,
    )


def _boxes(rows: list[Row]) -> list[Box]:
    return [Box(box=row.box, label=row.label, value=row.value) for row in rows]


def _seal(verdict: Verdict) -> Seal:
    return Seal(
        verdict=verdict.worth.value,
        reason=verdict.reason,
        signer=verdict.signer,
        sealed_at=verdict.sealed_at,
    )


def _reasons(summary: Summary, language: Language) -> list[Ground]:
    return [
        Ground(
            reason=each.ground.value,
            summary=each.outcome.value,
            box=each.box,
            line=each.position,
            rule=each.rule,
            text=one_line(each.text(language)),
        )
        for each in summary.reasons
    ]


def _finding(finding: Finding, language: Language) -> FoundByRule:
    return FoundByRule(
        rule=finding.rule,
        severity=finding.severity.value,
        box=finding.box,
        line=finding.position,
        value=one_line(finding.value),
        expected=finding.expected,
        text=one_line(finding.text(language)),
        source=finding.source,
    )
