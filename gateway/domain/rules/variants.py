"""Variants of a document: import permit behind it, replacement, retrospective, annex.

Rules F13, V06, C17 and C18. A variant is a field, and never guessed from the words of box 5; what
those declare without the field is pointed out.
"""

import re
from collections.abc import Iterator
from datetime import datetime

from gateway.domain.identifiers import Authority
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.variants import ImportPermit
from gateway.domain.rules.finding import Finding, Rule, error, risk, warning

_NEEDS_NO_IMPORT_PERMIT = frozenset({"A", "C", "D", "O"})
"""Sources that Article VII takes out of Article III."""
_ALIVE = frozenset({"LIV", "EGL"})
_DECLARES = r"\W*(?:this (?:document|permit|certificate) is an? |est? (?:documento|permiso) es )?"
_REPLACEMENT = re.compile(
    _DECLARES + r"(?:replacement(?: document| permit| certificate)?"
    r"|(?:(?:document|permis|certificat) de )?remplacement"
    r"|(?:(?:documento|permiso|certificado) de )?sustitución)"
    r"(?: (?:of|for|d'un|de) (?:an? |un )?(?:lost|stolen|damaged|destroyed|perdu|volé|détruit"
    r"|perdido|robado)\b.*)?\W*",
    re.IGNORECASE,
)
"""A line that says replacement and nothing else; of tags and the like it says more."""
_RETROSPECTIVE = re.compile(
    _DECLARES + r"(?:(?:issued|délivré|expedido) )?(?:retrospective(?:ly)?|rétroacti(?:f|vement)"
    r"|retrospectiv(?:o|amente))\b",
    re.IGNORECASE,
)
_ANNEX = re.compile(r"\b(?:see (?:the )?annex|voir l'annexe|véase el anexo|ver anexo)\b", re.I)


def annex_states_its_pages(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 5: number of pages of the annex, where the document has one (F13).

    Source: 50 CFR 23.23(e)(1).
    """
    if permit.annex is not None and permit.annex.pages is None:
        yield error("F13", "pages-missing", box="5")
    if permit.annex is None:
        if any(map(_ANNEX.search, permit.special_conditions)):
            yield warning("F13", "annex-not-declared", box="5")
        for line in permit.positions:
            if _ANNEX.search(line.description or ""):
                yield warning("F13", "annex-not-declared", box="9", position=line.id)


def appendix_one_rests_on_an_import_permit(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Appendix I: the import permit is granted before the export permit (V06).

    It is for a re-export of living specimens, too. Article VII takes out pre-Convention specimens,
    those bred in captivity and those artificially propagated.
    Source: Convention, Articles III.2(d) and III.4(c).
    """
    named = permit.import_permit
    for line in permit.positions:
        alive = permit.type == "REEXPORT" and line.term in _ALIVE
        if (
            (permit.type == "EXPORT" or alive)
            and line.appendix == "I"
            and not _NEEDS_NO_IMPORT_PERMIT.intersection(line.sources)
            and not (named and named.number)
        ):
            yield risk("V06", "import-permit-missing", box="5", position=line.id)
    if named:
        yield from _import_permit_fits(permit, named)


def _import_permit_fits(permit: Permit, named: ImportPermit) -> Iterator[Finding]:
    importing = permit.importer.country.code if permit.importer and permit.importer.country else ""
    if named.country and importing and named.country != importing:
        yield risk(
            "V06",
            "import-permit-of-another-country",
            box="5",
            value=named.country,
            expected=importing,
        )
    if _is_later(named.issued, permit.issued_at):
        yield risk(
            "V06",
            "import-permit-younger",
            box="5",
            value=f"{named.issued:%Y-%m-%d}",
            expected=f"{permit.issued_at:%Y-%m-%d}",
        )


def retrospective_document_is_justified(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Reason, agreement of the other authority; never Appendix I, never endorsed (C17).

    Limited personal effects may be of Appendix I.
    Source: 50 CFR 23.53; Res. Conf. 12.3, on retrospective documents.
    """
    stated = permit.retrospective
    if stated is None:
        if any(map(_RETROSPECTIVE.match, _lines(permit))):
            yield warning("C17", "not-declared", box="5")
        return
    if not stated.reason:
        yield error("C17", "reason-missing", box="5")
    if not stated.agreement or stated.agreed_at is None:
        yield error("C17", "agreement-missing", box="5")
    if _is_later(stated.agreed_at, permit.issued_at):
        yield error(
            "C17",
            "agreed-after-issue",
            box="5",
            value=f"{stated.agreed_at:%Y-%m-%d}",
            expected=f"{permit.issued_at:%Y-%m-%d}",
        )
    for line in permit.positions:
        if line.appendix == "I" and permit.purpose != "P":
            yield error(
                "C17", "appendix-i", box="10", position=line.id, value="I", expected="II III"
            )
        if line.examination:
            yield error("C17", "endorsed", box="14", position=line.id)


def replacement_names_the_replaced(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Number, date and reason of a replacement, which is not older than what it replaces (C18).

    Source: 50 CFR 23.52, 23.23(e)(7); Reg. (EC) 865/2006, Article 12.
    """
    replaced = permit.replacement
    if replaced is None:
        declared = next(filter(_REPLACEMENT.fullmatch, _lines(permit)), None)
        if declared and not any(re.search(r"\d", line) for line in _lines(permit)):
            yield error("C18", "not-declared", box="5", value=declared.strip())
        return
    if not replaced.number:
        yield error("C18", "number-missing", box="5")
    if replaced.issued is None:
        yield error("C18", "date-missing", box="5")
    if not replaced.reason:
        yield error("C18", "reason-missing", box="5")
    if replaced.number == permit.number.text:
        yield error("C18", "replaces-itself", box="5", value=replaced.number)
    if _is_later(replaced.issued, permit.issued_at):
        yield error(
            "C18",
            "replaced-is-younger",
            box="5",
            value=f"{replaced.issued:%Y-%m-%d}",
            expected=f"{permit.issued_at:%Y-%m-%d}",
        )


def _lines(permit: Permit) -> Iterator[str]:
    for condition in permit.special_conditions:
        yield from condition.splitlines()


def _is_later(day: datetime | None, issued_at: datetime | None) -> bool:
    return day is not None and issued_at is not None and day.date() > issued_at.date()


RULES: tuple[Rule, ...] = (
    annex_states_its_pages,
    appendix_one_rests_on_an_import_permit,
    retrospective_document_is_justified,
    replacement_names_the_replaced,
)
