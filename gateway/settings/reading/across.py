"""Checks that span several tables of the configuration. Each finds every mistake of its kind."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gateway.settings.authorities import GatewaySettings
from gateway.settings.client import ClientSettings
from gateway.settings.dialects.load import names as dialect_names
from gateway.settings.dialects.load import read_dialect
from gateway.settings.dialects.partner_keys import partner_mistakes
from gateway.settings.journal import JournalSettings
from gateway.settings.operations import AlertSettings
from gateway.settings.partners import PartnerSettings
from gateway.settings.reading.wording import near_hint
from gateway.settings.section import Mistake


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables that are right by themselves; None, or left out, is one that is not.

    partners: by their place in conf/partners.toml, from 0.  given: names of all tables that are
    there, right or wrong.  directory: the working directory, which may have dialects of its own.
    """

    gateway: GatewaySettings | None
    journal: JournalSettings | None
    alerts: AlertSettings | None
    client: ClientSettings | None
    directory: Path
    partners: Mapping[int, PartnerSettings]
    given: frozenset[str]


def mistakes_across(tables: Tables) -> Iterator[Mistake]:
    """Every mistake: the dotted path of the key, and what is expected of it."""
    yield from _partners_are_distinct(tables)
    yield from _certificate_rules_fit_one_partner(tables)
    yield from _one_address_per_country(tables)
    yield from _signing_needs_a_key(tables)
    yield from _mails_have_a_server(tables)
    yield from _heads_need_a_key(tables)
    yield from _access_to_authorities_served(tables)
    yield from _partners_fit_their_dialects(tables)


def _partners_are_distinct(tables: Tables) -> Iterator[Mistake]:
    keys: set[str] = set()
    fingerprints: set[str] = set()
    for index, partner in tables.partners.items():
        if partner.key in keys:
            yield (
                f"partner.{index}.key",
                f"must not be {partner.key}: another partner has that key",
            )
        if fingerprints.intersection(partner.certificate_sha256):
            yield (
                f"partner.{index}.certificate_sha256",
                "must not hold a certificate of another partner",
            )
        keys.add(partner.key)
        fingerprints.update(partner.certificate_sha256)


def _certificate_rules_fit_one_partner(tables: Tables) -> Iterator[Mistake]:
    subjects: dict[str, str] = {}
    for index, partner in tables.partners.items():
        for number, rule in enumerate(partner.certificate):
            if subjects.setdefault(rule.subject, partner.key) != partner.key:
                yield (
                    f"partner.{index}.certificate.{number}.subject",
                    "must not be that of another partner",
                )


def _one_address_per_country(tables: Tables) -> Iterator[Mistake]:
    countries: set[str] = set()
    for index, partner in tables.partners.items():
        if not partner.enabled:
            continue
        if partner.address and partner.country.text in countries:
            yield (
                f"partner.{index}.address",
                "must not be given: another partner of this country has one",
            )
        if partner.address:
            countries.add(partner.country.text)


def _signing_needs_a_key(tables: Tables) -> Iterator[Mistake]:
    for index, partner in tables.partners.items():
        if partner.security.signs and "message_security" not in tables.given:
            key = "sign_answers" if partner.security.sign_answers else "outgoing"
            yield (
                f"partner.{index}.security.{key}",
                "needs our key: give [message_security] in conf/gateway.toml",
            )


def _mails_have_a_server(tables: Tables) -> Iterator[Mistake]:
    if "mail" in tables.given:
        return
    if tables.journal and tables.journal.anchor_mail_to:
        yield "journal.anchor_mail_to", "needs a server: give [mail]"
    if tables.alerts and tables.alerts.mail_to:
        yield "alerts.mail_to", "needs a server: give [mail]"


def _heads_need_a_key(tables: Tables) -> Iterator[Mistake]:
    for index, partner in tables.partners.items():
        if partner.exchange_heads and "seal" not in tables.given:
            yield (
                f"partner.{index}.exchange_heads",
                "needs our key: give [seal] in conf/gateway.toml",
            )


def _access_to_authorities_served(tables: Tables) -> Iterator[Mistake]:
    if tables.gateway is None:
        return
    served = {str(authority.identity) for authority in tables.gateway.authorities}
    for index, partner in tables.partners.items():
        named = [access.authority for access in partner.access]
        for number, authority in enumerate(named):
            key = f"partner.{index}.access.{number}.authority"
            if authority not in served:
                yield key, f"must be an authority that is served here: {', '.join(sorted(served))}"
            if authority in named[:number]:
                yield key, "must not name one authority twice"


def _partners_fit_their_dialects(tables: Tables) -> Iterator[Mistake]:
    """A dialect file with problems of its own is reported by them."""
    for index, partner in tables.partners.items():
        if partner.address is None and partner.dialect is None:
            continue
        try:
            dialect = read_dialect(partner.dialect_name, tables.directory).dialect
        except KeyError:
            known = dialect_names(tables.directory)
            hint = near_hint(partner.dialect_name, known) or f": {', '.join(known)}"
            yield f"partner.{index}.dialect", f"must be the name of a dialect{hint}"
            continue
        for key, expected in partner_mistakes(partner, dialect, tables.client) if dialect else ():
            yield f"partner.{index}.{key}", expected
