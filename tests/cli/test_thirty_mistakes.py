"""`check-config` names thirty mistakes in one run, each with file, line and key.

A line that ends in `# KEY` is a mistake; KEY is what the problem names.
"""

import re
from pathlib import Path

import pytest

from gateway.crypto.keys.development import DevelopmentCa
from tests.cli.conftest import Call

GATEWAY = """\
[gateway]
public_address = "https://epix.example.mz/epix"  # gateway.public_address
[[gateway.authorities]]
country = "MZ"
code = ANAC  # gateway.authorities[1].code
name = ""  # gateway.authorities[1].name
time_zone = "Africa/Nowhere"  # gateway.authorities[1].time_zone
partial_shipments = ["EXPORTS"]  # gateway.authorities[1].partial_shipments[1]
[server]
listen = "8443"  # server.listen
mode = "direct-tls"
workers = "two"  # server.workers
certifcate_file = "keys/server/current/certificate.pem"  # server.certifcate_file
certificate_file = "keys/server/current/key.pem"  # server.certificate_file
key_file = "keys/server/current/certificate.pem"  # server.key_file
client_ca_file = "keys/token.key"  # server.client_ca_file
max_message_bytes = 12  # server.max_message_bytes
[tokens]
key_file = "keys/short.key"  # tokens.key_file
[client]
certificate_file = "keys/client/current/certificate.pem"
key_file = "keys/client/current/open.pem"  # client.key_file
read_timeout_seconds = 0  # client.read_timeout_seconds
[seal]
certificate_file = "keys/seal/za.pem"  # seal.certificate_file
key_file = "keys/seal/za.key"
[journal]
anchor_mail_to = ["office@example.org"]  # journal.anchor_mail_to
retention_years_after_expiry = five  # journal.retention_years_after_expiry
[[revocation]]
ca_file = "keys/dev-ca.pem"
list_file = "keys/token.key"  # revocation[1].list_file
[jurnal]  # jurnal
"""
PARTNERS = """\
[[partner]]
key = "za"
country = "ZA"
address = "https://epix.example.za/epix/v2"
certificate_sha256 = ["abc"]  # partner[1].certificate_sha256[1]
[[partner]]
key = "ch"
country = "CHE"  # partner[2].country
[[partner]]
key = "de"
country = "QQ"  # partner[3].country
[[partner]]
key = "fr"
country = "FR"
address = "http://epix.example.fr/epix/v2"  # partner[4].address
[[partner]]
key = "cz"
country = "CZ"
must_seal = "yes"  # partner[5].must_seal
[[partner]]
key = "na"
country = "NA"
seal_anchors_file = "keys/none.pem"  # partner[6].seal_anchors_file
[[partner]]
key = "bw"
country = "BW"
address = "https://epix.example.bw/epix/v2"
[partner.security]
outgoing = "x509"  # partner[7].security.outgoing
[[partner]]
key = "bw"  # partner[8].key
country = "BW"
address = "https://other.example.bw/epix/v2"  # partner[8].address
[[partner]]
key = "lk"
country = "LK"
seal_anchors_file = "keys/token.key"  # partner[9].seal_anchors_file
"""
MISTAKE = re.compile(r"  # (\S+)$")


def mistakes(file: str, text: str) -> list[tuple[str, int, str]]:
    return [
        (file, number, found[1])
        for number, line in enumerate(text.splitlines(), 1)
        if (found := MISTAKE.search(line))
    ]


EXPECTED = mistakes("conf/gateway.toml", GATEWAY) + mistakes("conf/partners.toml", PARTNERS)


@pytest.fixture
def wrong(directory: Path) -> Path:
    """A working directory with all these mistakes."""
    (directory / "conf/gateway.toml").write_text(GATEWAY, encoding="utf-8")
    (directory / "conf/partners.toml").write_text(PARTNERS, encoding="utf-8")
    keys = directory / "keys"
    (keys / "short.key").write_bytes(b"xy")
    (keys / "client/current/open.pem").write_bytes((keys / "client/current/key.pem").read_bytes())
    (keys / "client/current/open.pem").chmod(0o644)
    other = DevelopmentCa().seal("ZA")
    (keys / "seal/za.pem").write_bytes(other.certificate)
    (keys / "seal/za.key").write_bytes(other.key)
    (keys / "seal/za.key").chmod(0o600)
    return directory


def test_thirty_mistakes_are_named_at_once_with_file_line_and_key(wrong: Path, call: Call) -> None:
    assert len(EXPECTED) >= 30
    answer = call("check-config", "--dir", wrong, "--json")
    found = [(each["file"], each["line"], each["key"]) for each in answer.json["problems"]]
    assert found == EXPECTED
    said = [line for line in answer.err.splitlines() if line.startswith("Error: ")]
    for (file, line, key), sentence in zip(EXPECTED, said, strict=True):
        assert sentence.startswith(f"Error: {file}, line {line}: {key}")


@pytest.mark.slow
def test_serve_and_publish_refuse_the_same_configuration(
    wrong: Path, tmp_path: Path, call: Call
) -> None:
    file = tmp_path / "permits.json"
    file.write_text("[]", encoding="utf-8")
    checked = call("check-config", "--dir", wrong)
    for command in (("serve",), ("publish", file)):
        answer = call(*command, "--dir", wrong)
        assert answer.status == 60
        assert answer.err.splitlines()[0] in checked.err.splitlines()


@pytest.mark.slow
def test_a_seal_of_another_country_is_refused_by_all_three(
    directory: Path, wrong: Path, made_directory: Path, tmp_path: Path, call: Call
) -> None:
    text = (made_directory / "conf/gateway.toml").read_text(encoding="utf-8")
    text = text.replace("seal/current/certificate.pem", "seal/za.pem")
    text = text.replace("seal/current/key.pem", "seal/za.key")
    (directory / "conf/gateway.toml").write_text(text, encoding="utf-8")
    (directory / "conf/partners.toml").write_text("", encoding="utf-8")
    file = tmp_path / "permits.json"
    file.write_text(call("publish", "--template", "json").out, encoding="utf-8")
    for command in (("check-config",), ("serve",), ("publish", file)):
        answer = call(*command, "--dir", directory)
        assert answer.status == 63
        assert "the certificate is of ZA, and the authorities served here are of MZ" in answer.err


@pytest.mark.slow
def test_a_token_key_of_another_database_is_named(directory: Path, call: Call) -> None:
    file = directory / "keys/token.key"
    assert call("check-config", "--dir", directory).status == 0
    file.chmod(0o600)
    file.write_bytes(b"k" * 32)
    answer = call("check-config", "--dir", directory)
    assert answer.status == 63
    assert "The token key is not the one that this database's tokens were hashed with" in answer.err
