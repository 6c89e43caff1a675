"""Certificates of a partner's file, judged before they are shown for comparison and pinned.

A file is refused whole where a certificate could not do what it is sent for: then the sender has
sent another one than was meant. Certificates that have expired are left out with a remark, as a
file may be older than a roll-over.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography import x509

from gateway.crypto.introduction.received import (
    certificates_in,
    in_date,
    pem_of,
    shown,
    unfit_authorities,
    why_unfit_to_call,
)
from gateway.crypto.keys.files import load_chain
from gateway.domain.errors import KeyUnusable, SettingsInvalid
from gateway.exchange.service.partner_check import ShownCertificate
from gateway.settings import PartnerSettings, Settings
from gateway.settings.introduction.change import Certificates
from gateway.settings.introduction.partner_file import PartnerFile


@dataclass(slots=True)
class JudgedFile:
    """Certificates that are to count.

    to_compare: (use, certificate), for comparison with the sender.  remarks: sentences.
    """

    certificates: Certificates
    to_compare: list[tuple[str, ShownCertificate]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def judge_file(
    file: PartnerFile,
    name: str,
    settings: Settings,
    known: PartnerSettings | None,
    now: datetime,
    *,
    keep_former: bool,
) -> JudgedFile:
    """Judge the certificates of a partner's file.

    name: of the file.  known: the partner as it is now; None: it is new.  now: aware.
    keep_former: whether certificates known from before stay beside those of the file.
    Raises SettingsInvalid, naming the key of the file.
    """
    authorities, servers, anchors = _above(file, name, now)
    clients = _clients(file, name, (*authorities, *_known_authorities(settings, known)), now)
    accepted = [each for each in clients if not in_date(each, now)]
    if clients and not accepted:
        raise _invalid(name, "client", f"{_subject(clients[0])}: {in_date(clients[0], now)}")
    keeps = keep_former and bool(accepted)
    new = [shown(each).sha256 for each in accepted]
    kept = [pin for pin in _pins(known, now) if pin not in new] if keeps else []
    former = [each for each in _former(known, now) if keeps]
    uses = {
        "its client certificate": accepted,
        "CA of its client certificates": authorities,
        "CA of its server": servers,
        "its seals": anchors,
    }
    return JudgedFile(
        Certificates(
            pem_of([*accepted, *former]),
            tuple(dict.fromkeys((*new, *kept))),
            pem_of(authorities),
            pem_of(servers),
            pem_of(anchors),
        ),
        [(use, shown(each)) for use, found in uses.items() for each in found],
        list(_remarks([each for each in clients if each not in accepted], kept, now)),
    )


def _remarks(
    left_out: Sequence[x509.Certificate], kept: Sequence[str], now: datetime
) -> Iterator[str]:
    yield from (f"Left out: {_subject(each)}. {in_date(each, now)}" for each in left_out)
    yield from (f"Stays beside the new ones: {pin}" for pin in kept)


def _above(
    file: PartnerFile, name: str, now: datetime
) -> tuple[Sequence[x509.Certificate], Sequence[x509.Certificate], Sequence[x509.Certificate]]:
    """CAs of its client certificates, CAs of its server, and anchors of its seals."""
    entries = file.certificates
    authorities = _read(entries.client_ca, "client_ca", name)
    servers = _read(entries.server_ca, "server_ca", name)
    anchors = _read(entries.seal_anchors, "seal_anchors", name)
    for key, found in (("client_ca", authorities), ("server_ca", servers)):
        for problem in unfit_authorities(found, now):
            raise _invalid(name, key, problem)
    for anchor in anchors:
        if ended := in_date(anchor, now):
            raise _invalid(name, "seal_anchors", f"{_subject(anchor)}: {ended}")
    return authorities, servers, anchors


def _clients(
    file: PartnerFile, name: str, authorities: Sequence[x509.Certificate], now: datetime
) -> Sequence[x509.Certificate]:
    clients = _read(file.certificates.client, "client", name)
    for each in clients:
        if not in_date(each, now) and (
            problem := why_unfit_to_call(each, file.country.text, authorities)
        ):
            raise _invalid(name, "client", f"{_subject(each)}: {problem}")
    return clients


def _known_authorities(
    settings: Settings, known: PartnerSettings | None
) -> Iterator[x509.Certificate]:
    files = (settings.server.client_ca_file, known.client_ca_file if known else None)
    for file in files:
        yield from _stored(file)


def _former(known: PartnerSettings | None, now: datetime) -> Iterator[x509.Certificate]:
    """Certificates that the partner has here, in date, and whose fingerprints still count."""
    for each in _stored(known.certificates_file if known else None):
        if known and shown(each).sha256 in known.certificate_sha256 and not in_date(each, now):
            yield each


def _pins(known: PartnerSettings | None, now: datetime) -> Sequence[str]:
    """Fingerprints that the partner has here, but for those that are known to have expired."""
    if known is None:
        return ()
    stored = {shown(each).sha256: each for each in _stored(known.certificates_file)}
    return [
        pin
        for pin in known.certificate_sha256
        if pin not in stored or not in_date(stored[pin], now)
    ]


def _stored(file: Path | None) -> Sequence[x509.Certificate]:
    """Certificates of a file of ours; none where it cannot be read, as `check-config` says so."""
    try:
        return load_chain(file) if file else ()
    except KeyUnusable:
        return ()


def _read(pem: str | None, key: str, name: str) -> Sequence[x509.Certificate]:
    if not pem:
        return ()
    try:
        return certificates_in(pem)
    except ValueError:
        raise _invalid(name, key, "It holds a certificate that cannot be read.") from None


def _subject(certificate: x509.Certificate) -> str:
    return certificate.subject.rfc4514_string() or "a subject without a name"


def _invalid(name: str, key: str, problem: str) -> SettingsInvalid:
    place = f"certificates.{key}"
    return SettingsInvalid(f"{name}: {place}: {problem}", file=name, key=place)
