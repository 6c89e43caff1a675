"""Special conditions of box 5 and the texts of the form (rules F08, F09, F14, V07, V08).

Box 5 is prose. It is searched only for statements that a document makes nowhere else, statement by
statement; a negation, a condition and a permission state nothing.
"""

import re
import unicodedata
from collections.abc import Iterator

from gateway.domain.identifiers import Authority
from gateway.domain.permit.permit import Permit
from gateway.domain.rules.finding import Finding, Rule, error, info, warning
from gateway.domain.rules.quantities import UNITS_OF_TIMBER

_ALIVE = frozenset({"LIV", "EGL"})
_TRANSPORT_CONDITION = re.compile(
    r"\b(?:IATA|LAR|PCR)\b"
    r"|\bCITES\b.{0,40}\b(?:guidelines|lignes directrices|directrices)\b"
    r"|\b(?:guidelines|lignes directrices|directrices)\b.{0,60}\b(?:CITES|transport)",
    re.IGNORECASE | re.DOTALL,
)
_STAMP = re.compile(
    r"\bsecurity stamp|\btimbre de sécurité|\b(?:estampilla|sello) de seguridad", re.IGNORECASE
)
_EXTENDED = re.compile(
    r"\b(?:validity|valid|period|permit|certificate)\b.{0,60}\bextended (?:to|until|till|by|for)\b"
    r"|\b(?:validité|permis|certificat)\b.{0,60}\b(?:prolongée?|prorogée?) (?:jusqu|au\b|de\b)"
    r"|\b(?:validez|vigencia|permiso|certificado)\b.{0,60}"
    r"\b(?:prorrogad|ampliad|prolongad)[oa] (?:hasta|por|al)\b",
    re.IGNORECASE,
)
_REDIRECTED = re.compile(r"\b(?:redirected|réacheminée?|redirigid[oa])\b", re.IGNORECASE)
_NEGATED_OR_OPEN = re.compile(
    r"\b(?:no|not|non|never|cannot|without|ne|pas|jamais|sans|nunca|sin"
    r"|may|might|can|could|if|peut|pourra|si|puede|podrá)\b",
    re.IGNORECASE,
)
_END_OF_STATEMENT = re.compile(r"[.;\n]")


def live_specimens_travel_by_the_rules(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 5 states the transport condition: the words of a rule, not that there is transport (F08).

    Source: 50 CFR 23.23(c)(7); Res. Conf. 10.21, on transport of live specimens.
    """
    stated = _TRANSPORT_CONDITION.search(" ".join(permit.special_conditions))
    if any(line.term in _ALIVE for line in permit.positions) and not stated:
        yield warning("F08", "transport-condition-missing", box="5")


def security_stamp_is_numbered(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Box 5b: where box 5 speaks of a security stamp, its number is recorded (F09).

    Source: 50 CFR 23.23(c)(15).
    """
    stamp = permit.management_authority.stamp if permit.management_authority else None
    if not stamp and _states(permit, _STAMP):
        yield error("F09", "stamp-number-missing", box="5b")


def texts_are_in_a_working_language(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Boxes 5 and 9: a text without a Latin letter is in none of the three languages (F14).

    Other languages may stand beside them.
    Source: 50 CFR 23.23(b).
    """
    if _is_foreign(" ".join(permit.special_conditions)):
        yield warning("F14", "not-in-a-working-language", box="5")
    for line in permit.positions:
        if _is_foreign(line.description or ""):
            yield warning("F14", "not-in-a-working-language", box="9", position=line.id)


def period_is_not_extended(permit: Permit, _: Authority) -> Iterator[Finding]:
    """No document is extended, save one for timber of Appendix II or III (V07).

    Source: 50 CFR 23.73(c)(2).
    """
    if _states(permit, _EXTENDED) and not _is_timber(permit):
        yield error("V07", "extended", box="5")


def redirected_timber_is_as_endorsed(permit: Permit, _: Authority) -> Iterator[Finding]:
    """Redirected timber has the quantity that was endorsed, and its bill of lading (V08).

    Source: 50 CFR 23.73(c)(1).
    """
    if not (_is_timber(permit) and _states(permit, _REDIRECTED)):
        return
    if not (permit.transport and permit.transport.number):
        yield info("V08", "bill-of-lading-missing", box="15")
    for line in permit.positions:
        seen = line.examination.quantity if line.examination else None
        if line.quantity and seen != line.quantity:
            yield info(
                "V08",
                "quantity-differs",
                box="14",
                position=line.id,
                value=str(seen or ""),
                expected=str(line.quantity),
            )


def is_extended_timber(permit: Permit) -> bool:
    """Whether box 5 extends a document for timber, for which six more months are allowed.

    Source: 50 CFR 23.73(c)(2).
    """
    return _is_timber(permit) and _states(permit, _EXTENDED)


def _is_timber(permit: Permit) -> bool:
    return bool(permit.positions) and all(
        line.term in UNITS_OF_TIMBER and line.appendix in {"II", "III"} for line in permit.positions
    )


def _states(permit: Permit, wanted: re.Pattern[str]) -> bool:
    """Whether a statement of box 5 says it, without a negation or a condition."""
    return any(
        wanted.search(statement) and not _NEGATED_OR_OPEN.search(statement)
        for condition in permit.special_conditions
        for statement in _END_OF_STATEMENT.split(condition)
    )


def _is_foreign(text: str) -> bool:
    """Whether a text has letters, but none of the Latin script."""
    if text.isascii():
        return False
    letters = [character for character in text if character.isalpha()]
    return bool(letters) and not any(
        letter.isascii() or unicodedata.name(letter, "").startswith("LATIN") for letter in letters
    )


RULES: tuple[Rule, ...] = (
    live_specimens_travel_by_the_rules,
    security_stamp_is_numbered,
    texts_are_in_a_working_language,
    period_is_not_extended,
    redirected_timber_is_as_endorsed,
)
