"""Gateway that callers call: its authorities, registered partners and permits."""

import json
import re
from pathlib import Path
from types import SimpleNamespace

from cryptography.x509 import ocsp

from gateway.bootstrap import build
from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.domain.identifiers import IsoCountryCode
from gateway.settings import load_settings
from tests.nginx import NAME
from tests.ocsp_responder import Responder
from tests.pki import DAY, NOW, SERVER, Authority

SAMPLES = Path(__file__).parents[2] / "adapters/national/examples/sandbox.json"


def certificates(folder: Path, responder: Responder) -> SimpleNamespace:
    """Authorities and parties, with files in `folder`; the responder answers for `online`."""
    listed, online, strangers = (
        Authority(folder, name) for name in ("listed", "online", "strangers")
    )
    known = folder / "known.pem"
    known.write_bytes(listed.pem.read_bytes() + online.pem.read_bytes())
    parties = {
        "partner": listed.issue("partner", country="ZA"),
        "renewed": listed.issue("renewed", country="ZA"),
        "by rule": listed.issue("by rule", country="ZA"),
        "stranger": strangers.issue("stranger", country="ZA"),
        "expired": listed.issue("expired", country="ZA", until=NOW - DAY),
        "not yet": listed.issue("not yet", country="ZA", since=NOW + DAY),
        "server only": listed.issue("server only", SERVER, country="ZA"),
        "revoked": listed.issue("revoked", country="ZA"),
        "vouched for": online.issue("vouched for", country="ZA"),
        "revoked online": online.issue("revoked online", country="ZA"),
        "unheard of": online.issue("unheard of", country="ZA"),
        "unanswered": online.issue("unanswered", country="ZA"),
        "nobody": listed.issue("nobody"),
        "nobody of ZA": listed.issue("nobody of ZA", country="ZA"),
        "neighbour": listed.issue("neighbour", country="CH"),
        "abroad": listed.issue("abroad", country="MZ"),
        "next year's": listed.issue("next year's", country="ZA"),
    }
    for name, status in (
        ("vouched for", ocsp.OCSPCertStatus.GOOD),
        ("revoked online", ocsp.OCSPCertStatus.REVOKED),
        ("unheard of", ocsp.OCSPCertStatus.UNKNOWN),
    ):
        responder.says(parties[name], online.ocsp_answer(parties[name].certificate, status))
    (folder / "listed.crl").write_bytes(listed.revocation_list(parties["revoked"]))
    server = listed.issue("server", SERVER, hosts=[NAME])
    return SimpleNamespace(
        folder=folder, known=known, listed=listed, online=online, server=server, parties=parties
    )


def work_directory(folder: Path, pki: SimpleNamespace, responder: Responder) -> None:
    """A gateway of Mozambique with partners ZA and CH.

    Bad certificates are pinned too, so that nothing but their own fault refuses them.
    """
    pinned = [
        name
        for name in pki.parties
        if name not in ("by rule", "nobody", "nobody of ZA", "neighbour", "next year's")
    ]
    make(
        folder,
        Plan(IsoCountryCode("MZ"), "ANAC"),
        DevelopmentCa(),
        f"""
[[partner]]
key = "za"
country = "ZA"
certificate_sha256 = {json.dumps([pki.parties[name].sha256 for name in pinned])}

[[partner.certificate]]
ca_file = "{pki.listed.pem}"
subject = "CN=by rule,C=ZA"

[[partner]]
key = "ch"
country = "CH"
certificate_sha256 = ["{pki.parties["neighbour"].sha256}"]
""",
    )
    conf = folder / "conf/gateway.toml"
    text = (
        conf.read_text(encoding="utf-8")
        + f"""
[[revocation]]
ca_file = "{pki.listed.pem}"
list_file = "{pki.folder}/listed.crl"

[[revocation]]
ca_file = "{pki.online.pem}"
ocsp_address = "{responder.address}"
"""
    )
    for key, file in (
        ("certificate_file", pki.server.certificate_file),
        ("key_file", pki.server.key_file),
        ("client_ca_file", pki.known),
    ):
        text, found = re.subn(rf'(?m)^{key} = "[^"]*"$', f'{key} = "{file}"', text, count=1)
        assert found, key
    conf.write_text(text, encoding="utf-8")
    with build(load_settings(folder, {})) as gateway:
        for record in gateway.permits.source_of(SAMPLES).records(SAMPLES):
            gateway.permits.publish.publish(record)
