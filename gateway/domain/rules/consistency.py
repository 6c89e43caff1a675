"""Consistency of boxes: source, Appendix, purpose, origin, document type (rules C01 to C16)."""

from collections.abc import Iterator

from gateway.domain.codes import (
    Code,
    Source,
    code_list,
    kingdom_of_term,
    purposes_of_term,
    sources,
    units_of_term,
)
from gateway.domain.identifiers import Authority
from gateway.domain.permit.party import Country, Party, ReferencedDocument
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import CitesPosition, RegisteredOperation
from gateway.domain.rules.finding import Finding, Rule, error, risk, warning

_F_AND_Y = frozenset({"F", "Y"})
_SUSPICIOUS_FOR_TRADE = frozenset({"W", "X", "F", "R"})
_EXEMPT_FROM_APPENDIX_I = frozenset({"A", "C", "D", "O"})


def source_fits_the_kingdom(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Source A is for plants, C and R for animals, where box 9 tells the kingdom (C01).

    Source: UNEP-WCMC kingdom rule; definitions of the source codes in 50 CFR 23.24.
    """
    for line, source, term in _of_another_kingdom(permit):
        if source.code not in _F_AND_Y:
            yield error(
                "C01",
                "source-of-other-kingdom",
                box="10",
                position=line.id,
                value=source.code,
                source=source,
                term=term,
            )


def captive_birth_and_assisted_growth_fit_the_kingdom(
    permit: Permit, _: Authority
) -> Iterator[Finding]:
    """Source F is for animals, Y for plants, where box 9 tells the kingdom (C02).

    Source: definitions of the source codes in 50 CFR 23.24; guidelines for annual reports.
    """
    for line, source, term in _of_another_kingdom(permit):
        if source.code in _F_AND_Y:
            yield error(
                "C02",
                "source-of-other-kingdom",
                box="10",
                position=line.id,
                value=source.code,
                source=source,
                term=term,
            )


def _of_another_kingdom(permit: Permit) -> Iterator[tuple[CitesPosition, Source, Code]]:
    """Lines with each source that does not exist in the kingdom of their description."""
    for line in permit.positions:
        kingdom = kingdom_of_term(line.term)
        for code in line.sources:
            source = sources().get(code)
            if source and kingdom and source.kingdom not in (None, kingdom):
                yield line, source, code_list("terms")[line.term or ""]


def source_d_is_registered(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Source D: Appendix I; of animals, from a registered operation (box 12b).

    Nurseries need no registration. Where box 9 does not tell the kingdom, it is a question.
    Source: 50 CFR 23.24(c), 23.26(c)(15); Res. Conf. 12.10.
    """
    for line in permit.positions:
        if "D" not in line.sources:
            continue
        if line.appendix and line.appendix != "I":
            yield error(
                "C03",
                "appendix-of-d",
                box="10",
                position=line.id,
                value=line.appendix,
                expected="I",
            )
        if not (line.operation and (line.operation.registration or line.operation.category_code)):
            kingdom = kingdom_of_term(line.term)
            if kingdom != "Plantae":
                say = error if kingdom else warning
                yield say("C03", "registration-missing", box="12b", position=line.id)


def unusual_sources_are_explained(permit: Permit, _: Authority) -> Iterator[Finding]:
    """I stands beside a second source; U is justified in box 5. Source: 50 CFR 23.24."""
    for line in permit.positions:
        if (
            len(line.sources) == 1
            and sources().get(line.sources[0])
            and sources()[line.sources[0]].needs_second
        ):
            yield warning(
                "C04", "second-source-missing", box="10", position=line.id, value=line.sources[0]
            )
        if "U" in line.sources and not permit.special_conditions:
            yield warning("C04", "unknown-not-justified", box="10", position=line.id, value="U")


def appendix_one_is_not_for_trade(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Appendix I, source W, X, F or R, for commercial purposes; import permits: C06 (C05).

    Source: Convention, Article III; UNEP-WCMC view of suspicious Appendix I trade.
    """
    if permit.purpose != "T" or permit.type == "IMPORT":
        return
    for line in permit.positions:
        suspicious = _SUSPICIOUS_FOR_TRADE.intersection(line.sources)
        if line.appendix == "I" and suspicious and "O" not in line.sources:
            yield risk(
                "C05",
                "commercial-appendix-i",
                box="5a",
                position=line.id,
                value="T",
                source=" ".join(line.sources),
            )


def import_of_appendix_one_is_not_commercial(permit: Permit, _: Authority) -> Iterator[Finding]:
    """An import permit for Appendix I states a purpose that is not primarily commercial (C06).

    Article VII takes out pre-Convention specimens, those bred in captivity and those artificially
    propagated.
    Source: Convention, Article III.3(c); 50 CFR 23.23(e)(6).
    """
    if permit.purpose != "T" or permit.type != "IMPORT":
        return
    for line in permit.positions:
        exempt = _EXEMPT_FROM_APPENDIX_I.intersection(line.sources)
        if line.appendix == "I" and line.sources and not exempt:
            yield error("C06", "import-commercial", box="5a", position=line.id, value="T")


def term_goes_with_purpose_and_unit(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Boxes 5a, 9, 11. Source: UNEP-WCMC pair lists of 2013; old, so never more than a question."""
    for line in permit.positions:
        code = line.term or ""
        term = code_list("terms").get(code, code)
        units, purposes = units_of_term(code), purposes_of_term(code)
        if units and line.quantity and line.quantity.current_unit not in units:
            yield warning(
                "C09",
                "unit-unusual",
                box="11",
                position=line.id,
                value=line.quantity.written_unit,
                expected=" ".join(sorted(units)),
                term=term,
            )
        if purposes and permit.purpose and permit.purpose not in purposes:
            yield warning(
                "C09",
                "purpose-unusual",
                box="5a",
                position=line.id,
                value=permit.purpose,
                expected=" ".join(sorted(purposes)),
                term=term,
            )


def countries_differ(permit: Permit, authority: Authority) -> Iterator[Finding]:
    """The goods leave the country that lets them go. Source: UNEP-WCMC distinct-values rule.

    A document that stays with its holder may name one country twice.
    """
    importer, exporter = _country(permit.importer), _country(permit.exporter)
    issuing = authority.country.text
    if importer and importer == exporter and not permit.document_type.multi_use:
        yield warning("C10", "same-country", box="3", value=importer)
    if permit.type in {"EXPORT", "REEXPORT"} and exporter and exporter != issuing:
        yield warning("C10", "exporter-elsewhere", box="4", value=exporter, expected=issuing)
    if permit.type == "IMPORT" and importer and importer != issuing:
        yield warning("C10", "importer-elsewhere", box="3", value=importer, expected=issuing)


def reexport_names_its_origin(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 12: country, permit and date; box 12a where re-exported before; else a reason in box 5.

    Source: 50 CFR 23.23(e)(10).
    """
    for line in permit.positions:
        last = line.last_reexport
        if last and not (last.country and last.country.code and _is_full(last.certificate)):
            yield error("C11", "last-reexport-incomplete", box="12a", position=line.id)
        if permit.type == "REEXPORT" and not _origin_is_full(line):
            if permit.special_conditions:
                yield warning("C11", "origin-justified-in-box-5", box="12", position=line.id)
            else:
                yield error("C11", "origin-not-justified", box="12", position=line.id)


def documents_follow_each_other(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Boxes 12 and 12a: a document that this one rests on was not issued after it.

    Source: 50 CFR 23.23(e)(10).
    """
    if permit.issued_at is None:
        return
    for line in permit.positions:
        for box, named in (
            ("12", line.origin.permit if line.origin else None),
            ("12a", line.last_reexport.certificate if line.last_reexport else None),
        ):
            if named and named.issued and named.issued.date() > permit.issued_at.date():
                yield error(
                    "C11",
                    "document-younger",
                    box=box,
                    position=line.id,
                    value=f"{named.issued:%Y-%m-%d}",
                    expected=f"{permit.issued_at:%Y-%m-%d}",
                )


def export_has_no_other_origin(permit: Permit, authority: Authority) -> Iterator[Finding]:
    """Boxes 12 and 12a are for re-exports.

    Source: footnote of the standard form; 50 CFR 23.23(e)(10).
    """
    if permit.type != "EXPORT":
        return
    for line in permit.positions:
        country = line.origin.country.code if line.origin and line.origin.country else None
        if country and country != authority.country.text:
            yield warning(
                "C13",
                "origin-of-export",
                box="12",
                position=line.id,
                value=country,
                expected=authority.country.text,
            )
        if line.origin and line.origin.permit:
            number = line.origin.permit.number or ""
            yield warning(
                "C13", "origin-permit-of-export", box="12", position=line.id, value=number
            )
        if line.last_reexport:
            yield warning("C13", "last-reexport-of-export", box="12a", position=line.id)


def pre_convention_is_dated(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Source O and pre-Convention certificates show the date of acquisition.

    Where the exact day is not known, they show a day before which the specimen was acquired, and
    what the authority states of it.
    Source: 50 CFR 23.23(e)(9); Res. Conf. 13.6.
    """
    for line in permit.positions:
        operation = line.operation or RegisteredOperation()
        acquired = operation.acquired or operation.acquired_before
        if acquired is None and (permit.type == "PRECONV" or "O" in line.sources):
            yield error("C14", "acquisition-missing", box="12b", position=line.id)
        elif acquired and permit.issued_at and acquired.date() > permit.issued_at.date():
            yield error(
                "C14",
                "acquired-after-issue",
                box="12b",
                position=line.id,
                value=f"{acquired:%Y-%m-%d}",
                expected=f"{permit.issued_at:%Y-%m-%d}",
            )
        elif acquired and not operation.acquired and not operation.acquired_statement:
            day = f"{acquired:%Y-%m-%d}"
            yield warning("C14", "statement-missing", box="12b", position=line.id, value=day)


def certificate_of_origin_is_for_appendix_three(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Source: Convention, Article V.3; 50 CFR 23.20(e)."""
    for line in permit.positions:
        if permit.type == "ORIGIN" and line.appendix in {"I", "II"}:
            yield error(
                "C15",
                "certificate-of-origin",
                box="10",
                position=line.id,
                value=line.appendix,
                expected="III",
            )


def introduction_from_the_sea_has_source_x(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Source: Convention, Articles III.5 and IV.6; 50 CFR 23.20(f)."""
    for line in permit.positions:
        if permit.type == "IFS" and line.sources and "X" not in line.sources:
            yield error(
                "C16",
                "source-of-the-sea",
                box="10",
                position=line.id,
                value=" ".join(line.sources),
                expected="X",
            )
        if permit.type == "IFS" and line.appendix == "III":
            yield error(
                "C16",
                "appendix-of-the-sea",
                box="10",
                position=line.id,
                value=line.appendix,
                expected="I II",
            )


def _country(party: Party | None) -> str | None:
    country: Country | None = party.country if party else None
    return country.code if country else None


def _is_full(document: ReferencedDocument | None) -> bool:
    return document is not None and document.number is not None and document.issued is not None


def _origin_is_full(line: CitesPosition) -> bool:
    country = line.origin.country if line.origin else None
    return (
        country is not None
        and country.code is not None
        and line.origin is not None
        and _is_full(line.origin.permit)
    )


RULES: tuple[Rule, ...] = (
    source_fits_the_kingdom,
    captive_birth_and_assisted_growth_fit_the_kingdom,
    source_d_is_registered,
    unusual_sources_are_explained,
    appendix_one_is_not_for_trade,
    import_of_appendix_one_is_not_commercial,
    term_goes_with_purpose_and_unit,
    countries_differ,
    reexport_names_its_origin,
    documents_follow_each_other,
    export_has_no_other_origin,
    pre_convention_is_dated,
    certificate_of_origin_is_for_appendix_three,
    introduction_from_the_sea_has_source_x,
)
