"""View of the register of partners: a line for each, and one in detail with its agreements."""

from collections.abc import Sequence
from datetime import date

from rich.console import Group
from rich.table import Table
from rich.text import Text

from gateway.cli.console import labelled, plain
from gateway.cli.views.partners.comparison import certificate_as_json, certificates
from gateway.cli.views.tables import Records
from gateway.dialects import Dialect
from gateway.domain.codes import document_types
from gateway.exchange.service.partner_check import ShownCertificate
from gateway.settings import PartnerSettings


def table(partners: Sequence[PartnerSettings]) -> Records:
    """A line for each partner."""
    columns = ("Partner", "Country", "State", "Certificates", "Address", "Contact")
    found = Records(columns, frozenset({"Partner", "Address"}))
    for partner in partners:
        found.add_row(
            partner.key,
            partner.country.text,
            _state(partner).plain,
            str(len(partner.certificate_sha256) + len(partner.certificate)),
            partner.address or "-",
            partner.contact.line if partner.contact else "-",
        )
    return found


def detail(
    partner: PartnerSettings, dialect: Dialect, known: Sequence[ShownCertificate], today: date
) -> Group:
    """A partner: state, contact, service, certificates, register of agreements.

    dialect: of its service.  known: its client certificates as they are kept here.
    """
    lines: list[Text | Table | Group] = [
        Text.assemble((partner.key, "bold"), f"  {partner.country.text}  ", _state(partner)),
        labelled("  contact ", partner.contact.line if partner.contact else "none"),
        labelled("  address ", partner.address or "none: it is never asked"),
    ]
    if partner.address:
        lines += _service(partner, dialect)
    lines.append(labelled("  operations", ", ".join(sorted(map(str, partner.operations)))))
    lines.append(labelled("  sees    ", f"permits: {partner.visibility.value}"))
    by_pin = {each.sha256: each for each in known}
    for pin in partner.certificate_sha256:
        if pin not in by_pin:
            lines.append(labelled("  SHA-256 ", f"{pin} (the certificate itself is not kept)"))
    lines.append(
        certificates(
            [
                ("  client certificate", by_pin[pin])
                for pin in partner.certificate_sha256
                if pin in by_pin
            ]
        )
    )
    lines += [
        labelled("  rule    ", f"{rule.subject}, of the CA in {rule.ca_file.name}")
        for rule in partner.certificate
    ]
    return Group(*lines, *_agreements(partner, today))


def _service(partner: PartnerSettings, dialect: Dialect) -> list[Text | Table]:
    versions = (partner.version,) if partner.dialect is None else dialect.answer.documents
    lines: list[Text | Table] = [
        labelled("  version ", f"{' or '.join(versions)}, SOAP {partner.soap.value}"),
        labelled("  dialect ", f"{dialect.name}: {dialect.title}"),
    ]
    if dialect.missing:
        lines.append(labelled("  does not have", ", ".join(map(str, dialect.missing))))
    return lines


def as_json(
    partner: PartnerSettings, known: Sequence[ShownCertificate], today: date
) -> dict[str, object]:
    """The same for a program."""
    contact = partner.contact
    return {
        "key": partner.key,
        "country": partner.country.text,
        "enabled": partner.enabled,
        "address": partner.address,
        "version": partner.version,
        "dialect": partner.dialect_name,
        "soap": partner.soap.value,
        "contact": contact and {"name": contact.name, "mail": contact.mail, "phone": contact.phone},
        "operations": sorted(map(str, partner.operations)),
        "visibility": partner.visibility.value,
        "certificate_sha256": list(partner.certificate_sha256),
        "certificates": [certificate_as_json("client", each) for each in known],
        "agreements": [
            {
                "documents": list(each.documents),
                "since": each.since.isoformat(),
                "until": each.until.isoformat() if each.until else None,
                "reference": each.reference,
                "holds_today": _holds(each.since, each.until, today),
            }
            for each in partner.agreement
        ],
    }


def _agreements(partner: PartnerSettings, today: date) -> list[Text | Table]:
    if not partner.agreement:
        return [
            plain("  No agreement: every document of this country needs its paper (box by box).")
        ]
    names = document_types()
    lines: list[Text | Table] = [plain("  Documents that need no paper here:")]
    for each in partner.agreement:
        kinds = ", ".join(f"{names[code].english} ({code})" for code in each.documents)
        until = f" to {each.until}" if each.until else ""
        past = "" if _holds(each.since, each.until, today) else " - does not hold today"
        lines.append(
            labelled("    -", f"{kinds}: {each.reference}, from {each.since}{until}{past}")
        )
    return lines


def _holds(since: date, until: date | None, today: date) -> bool:
    return since <= today and (until is None or today <= until)


def _state(partner: PartnerSettings) -> Text:
    return Text("in force", "green") if partner.enabled else Text("disabled", "bold yellow")
