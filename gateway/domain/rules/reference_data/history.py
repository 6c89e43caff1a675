"""History of permits: documents that one rests on, and earlier use (rules S05 and S06)."""

from collections.abc import Iterator

from gateway.domain.codes import code_list
from gateway.domain.rules.finding import Finding, error, risk
from gateway.domain.rules.reference_data.case import Case, ReferenceRule


def permit_of_origin_is_known(case: Case) -> Iterator[Finding]:
    """Box 12 of a re-export: the issuing country knows the permit of origin (S05).

    No finding where that country was not asked.
    Source: 50 CFR 23.26(d)(3).
    """
    if case.history is None or case.permit.type != "REEXPORT":
        return
    for line in case.permit.positions:
        origin = line.origin
        country = origin.country.code if origin and origin.country else None
        number = origin.permit.number if origin and origin.permit else None
        if country and number and case.history.known_to_issuer(country, number) is False:
            yield risk(
                "S05",
                "origin-permit-unknown",
                box="12",
                position=line.id,
                value=number,
                country=code_list("countries").get(country, country),
            )


def single_use_document_is_new(case: Case) -> Iterator[Finding]:
    """A document of a single shipment was not used before (S06).

    Source: Convention, Article VI.6: the importing State retains and cancels it.
    """
    if case.history is None or case.permit.document_type.multi_use:
        return
    use = case.history.use(case.authority.country.text, case.permit.number.text)
    if use is not None:
        yield error(
            "S06",
            "used-before",
            box="1",
            value=case.permit.number.text,
            day=use.at.date().isoformat(),
            person=use.by,
        )


RULES: tuple[ReferenceRule, ...] = (permit_of_origin_is_known, single_use_document_is_new)
