"""Kinds of document: sources, purposes and Appendices that a kind allows (rules T01 to T03)."""

from collections.abc import Iterator

from gateway.domain.identifiers import Authority
from gateway.domain.permit.permit import Permit
from gateway.domain.rules.finding import Finding, Rule, error

_SOURCES = {
    "PRECONV": frozenset({"O"}),
    "BREDCAPT": frozenset({"C"}),
    "ARTPROP": frozenset({"A"}),
    "PHYTO": frozenset({"A"}),
    "EXHIBITION": frozenset({"O", "C", "A"}),
}
_PURPOSES = {"EXHIBITION": "Q"}
_NEVER_COMMERCIAL = frozenset({"MUSICAL", "OWNERSHIP"})


def source_fits_the_kind(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 10: pre-Convention O, bred in captivity C, artificially propagated A, exhibition O, C, A.

    F is not C: a certificate for animals bred in captivity vouches for the second generation.
    Source: Convention, Article VII.2, VII.5, VII.7; 50 CFR 23.40, 23.41, 23.45, 23.49; Res. Conf.
    10.16, on animals bred in captivity; Res. Conf. 12.3, on phytosanitary certificates.
    """
    allowed = _SOURCES.get(permit.type)
    if allowed is None:
        return
    for line in permit.positions:
        # I says only that a specimen was seized once; the other code of the line says the rest.
        others = set(line.sources) - {"I"}
        if others and not others <= allowed:
            yield error(
                "T01",
                "source-of-kind",
                box="10",
                position=line.id,
                value=" ".join(line.sources),
                expected=" ".join(sorted(allowed)),
                kind=permit.document_type,
            )


def purpose_fits_the_kind(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 5a: travelling exhibition Q; ownership and musical instruments never T.

    Source: 50 CFR 23.44, 23.49; Res. Conf. 12.3 and 16.8.
    """
    expected, kind = _PURPOSES.get(permit.type), permit.document_type
    if expected and permit.purpose and permit.purpose != expected:
        yield error(
            "T02", "purpose-of-kind", box="5a", value=permit.purpose, expected=expected, kind=kind
        )
    if permit.type in _NEVER_COMMERCIAL and permit.purpose == "T":
        yield error("T02", "never-commercial", box="5a", value=permit.purpose, kind=kind)


def phytosanitary_certificate_is_for_exports_of_appendix_two(
    permit: Permit, authority: Authority
) -> Iterator[Finding]:
    """Boxes 10, 12 and 12a: Appendix II alone, and plants of the issuing country.

    Source: Res. Conf. 12.3, on phytosanitary certificates; 50 CFR 23.23(f).
    """
    for line in permit.positions:
        if permit.type == "PHYTO" and line.appendix in {"I", "III"}:
            yield error(
                "T03",
                "appendix-of-kind",
                box="10",
                position=line.id,
                value=line.appendix,
                expected="II",
            )
        for box, place in (("12", line.origin), ("12a", line.last_reexport)):
            country = place.country.code if place and place.country else None
            if permit.type == "PHYTO" and country and country != authority.country.text:
                yield error(
                    "T03",
                    "reexport",
                    box=box,
                    position=line.id,
                    value=country,
                    expected=authority.country.text,
                )


RULES: tuple[Rule, ...] = (
    source_fits_the_kind,
    purpose_fits_the_kind,
    phytosanitary_certificate_is_for_exports_of_appendix_two,
)
