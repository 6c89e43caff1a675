"""Page of a partner's file: the same for a person, to be read beside the telephone."""

from collections.abc import Sequence

from gateway.cli.views.partners.comparison import spoken
from gateway.domain.foreign_text import one_line
from gateway.exchange.service.partner_check import ShownCertificate
from gateway.settings.introduction.partner_file import PartnerFile

_USES = {
    "client": "Certificate with which we call you",
    "client_ca": "CA of the certificates with which we call you",
    "server_ca": "CA of the server that you call",
    "seal_anchors": "Our seals on permits come from",
}


def page(
    file: PartnerFile, certificates: Sequence[tuple[str, ShownCertificate]], name: str, version: str
) -> str:
    """The page, plain text. name: of the file in TOML.  version: of this gateway."""
    authorities = "; ".join(f"{each.name} ({file.country}/{each.code})" for each in file.authority)
    lines = [
        f"Partner file of {authorities}",
        f"Made on {file.made_at:%Y-%m-%d %H:%M UTC} by epix-gateway {version}. The same for"
        f" programs: {name}",
        "",
        f"Contact: {file.contact.line if file.contact else 'not given'}",
        "",
        "Our services:",
        *(
            f"  {each.version}  {each.address}  SOAP {' and '.join(each.soap)}"
            for each in file.service
        ),
        "",
        "Compare each fingerprint (SHA-256) with us by telephone, at a number that you did not",
        "take from this page. Nothing here is secret: we never send keys, passphrases or tokens.",
    ]
    for key, shown in certificates:
        lines += [
            "",
            f"{_USES[key]}:",
            f"  subject   {shown.subject}",
            f"  valid     {shown.valid_from:%Y-%m-%d} to {shown.valid_until:%Y-%m-%d}",
            f"  SHA-256   {spoken(shown.sha256)[:39]}",
            f"            {spoken(shown.sha256)[40:]}",
        ]
    return "\n".join(map(one_line, lines)) + "\n"
