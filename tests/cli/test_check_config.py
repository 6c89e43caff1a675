"""`check-config` reports all problems at once, and warnings for the time before it serves."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Call
from tests.identity.openid_provider import running_provider
from tests.pki import Authority


def test_a_new_directory_is_right_and_its_development_certificates_are_mentioned(
    directory: Path, call: Call
) -> None:
    answer = call("check-config", "--dir", directory)
    assert answer.status == 0
    assert "MZ/ANAC" in answer.out
    assert "development certificates, not for production" in answer.out


def test_every_wrong_key_is_told_at_once_with_file_and_line(directory: Path, call: Call) -> None:
    with (directory / "conf/gateway.toml").open("a") as file:
        file.write("\n[limits]\nrefused = 1\n")
    path = directory / "conf/gateway.toml"
    text = (
        path.read_text(encoding="utf-8")
        .replace("\n[limits]\n# Look", "\n# Look")
        .replace('"direct-tls"', '"tls"')
    )
    path.write_text(text, encoding="utf-8")
    answer = call("check-config", "--dir", directory, "--json")
    assert answer.status == 60
    assert [problem["key"] for problem in answer.json["problems"]] == [
        "server.mode",
        "limits.refused",
    ]
    lines = text.splitlines()
    for problem in answer.json["problems"]:
        assert problem["key"].rpartition(".")[2] in lines[problem["line"] - 1]
        assert f"conf/gateway.toml, line {problem['line']}" in answer.err


def test_a_key_that_others_can_read_is_mentioned(directory: Path, call: Call) -> None:
    (directory / "keys/token.key").chmod(0o644)
    assert "keys/token.key can be read by others" in call("check-config", "--dir", directory).out


@pytest.mark.slow
def test_the_provider_of_the_sign_on_is_asked_over_the_network_where_it_is_wanted(
    directory: Path, call: Call
) -> None:
    check = ("check-config", "--dir", directory, "--json")
    assert call(*check, "--network").json["warnings"] == call(*check).json["warnings"]
    (directory / "keys/sign-on-secret").write_text("a secret of the client, 32 letters")
    with running_provider() as provider:
        with (directory / "conf/gateway.toml").open("a") as file:
            file.write(
                f'\n[web.sign_on]\nissuer = "{provider.issuer}"\nclient_id = "epix"\n'
                'client_secret_file = "keys/sign-on-secret"\n'
            )
        assert call(*check).status == 0
        assert provider.asked == []
        found = call("check-config", "--dir", directory, "--network").out
        assert f"{provider.issuer} answers; 1 of its keys" in " ".join(found.split())
        assert "does not offer back-channel logout" in " ".join(found.split())
        provider.document = {"backchannel_logout_supported": True, "end_session_endpoint": None}
        (warning,) = _of_sign_on(call(*check, "--network").json)
        assert "no address for the sign-out" in warning
        provider.document = {"issuer": "https://id.example.org"}
        (warning,) = _of_sign_on(call(*check, "--network").json)
        assert "names another issuer" in warning
        provider.is_away = True
        answer = call(*check, "--network")
        assert answer.status == 0  # the gateway starts all the same
        (warning,) = _of_sign_on(answer.json)
        assert "HTTP status 503" in warning
        assert "/token" not in provider.asked


def _of_sign_on(report: dict[str, Any]) -> list[str]:
    return [warning for warning in report["warnings"] if warning.startswith("web.sign_on")]


def test_a_partner_with_whom_nothing_can_pass_is_mentioned(directory: Path, call: Call) -> None:
    with (directory / "conf/partners.toml").open("a") as file:
        file.write('\n[[partner]]\nkey = "za"\ncountry = "ZA"\n')
    warnings = call("check-config", "--dir", directory, "--json").json["warnings"]
    assert any("partner za" in warning for warning in warnings)


def test_every_key_that_cannot_be_used_is_told_at_once(directory: Path, call: Call) -> None:
    (directory / "keys/server/dev/certificate.pem").write_text("nothing")
    (directory / "keys/client/dev/key.pem").chmod(0o644)
    answer = call("check-config", "--dir", directory, "--json")
    assert answer.status == 63
    assert [problem["code"] for problem in answer.json["problems"]] == [
        "KeyUnusable",
        "KeyUnusable",
    ]
    assert "server/current/certificate.pem holds no PEM certificate" in answer.err
    assert "chmod 600" in answer.err


def test_the_directory_may_come_from_the_environment(directory: Path, call: Call) -> None:
    assert call("check-config", EPIX_DIR=str(directory)).status == 0


PARTNERS = """
[[partner]]
key = "za"
country = "ZA"
address = "https://permits.example.org/epix/v2"
ca_file = "keys/wrong-ca.pem"
[[partner.certificate]]
ca_file = "keys/wrong-callers.pem"
subject = "CN=za"

[[partner]]
key = "cz"
country = "CZ"
address = "https://permits.example.net/epix/v2"
seal_anchors_file = "keys/wrong-anchors.pem"
[partner.security]
incoming = "x509"
signer_certificates_file = "keys/wrong-signer.pem"
"""
WRONG = ("wrong-ca.pem", "wrong-callers.pem", "wrong-anchors.pem", "wrong-signer.pem")


def with_partners(directory: Path) -> None:
    with (directory / "conf/partners.toml").open("a") as file:
        file.write(PARTNERS)
    for name in WRONG:
        (directory / "keys" / name).write_text("no certificate")


def test_every_file_of_every_partner_is_tried(directory: Path, call: Call) -> None:
    with_partners(directory)
    answer = call("check-config", "--dir", directory, "--json")
    assert answer.status != 0
    assert len(answer.json["problems"]) == len(WRONG)
    assert all(name in answer.err for name in WRONG)


def test_without_a_database_it_says_what_it_found_and_that_it_could_not_try_everything(
    directory: Path, call: Call
) -> None:
    (directory / "data/gateway.sqlite").unlink()
    answer = call("check-config", "--dir", directory)
    assert answer.status == 0
    assert "some of it takes the database" in answer.out
    with_partners(directory)
    answer = call("check-config", "--dir", directory)
    assert (answer.status != 0, "wrong-callers.pem" in answer.err) == (True, True)


@pytest.fixture
def two_authorities(directory: Path) -> tuple[Authority, Authority]:
    """CAs of two partners in client_ca_file; revocation is configured for the first of them."""
    keys = directory / "keys"
    first, second = Authority(keys, "first"), Authority(keys, "second")
    (keys / "callers.pem").write_bytes(first.pem.read_bytes() + second.pem.read_bytes())
    (keys / "first.crl").write_bytes(first.revocation_list())
    path = directory / "conf/gateway.toml"
    text = re.sub(r'client_ca_file = ".*"', 'client_ca_file = "keys/callers.pem"', path.read_text())
    path.write_text(f"{text}\n{revocation('first.pem')}", encoding="utf-8")
    return first, second


def revocation(ca_file: str) -> str:
    return f'[[revocation]]\nca_file = "keys/{ca_file}"\nlist_file = "keys/first.crl"\n'


def warnings_of(directory: Path, call: Call) -> list[str]:
    return call("check-config", "--dir", directory, "--json").json["warnings"]


def test_an_authority_without_revocation_is_mentioned_where_others_have_it(
    directory: Path, call: Call, two_authorities: tuple[Authority, Authority]
) -> None:
    unchecked = [
        text for text in warnings_of(directory, call) if "not checked for revocation" in text
    ]
    assert len(unchecked) == 1
    assert "CN=second" in unchecked[0]


def test_a_ca_certified_anew_is_not_taken_for_another_without_revocation(
    directory: Path, call: Call, two_authorities: tuple[Authority, Authority]
) -> None:
    first, _ = two_authorities
    with (directory / "keys/callers.pem").open("ab") as file:
        file.write(first.certified_anew(directory / "keys").pem.read_bytes())
    warnings = warnings_of(directory, call)
    assert not any("CN=first are not checked" in text for text in warnings)
    assert any("CN=second are not checked" in text for text in warnings)


def test_revocation_for_an_authority_that_issues_to_nobody_is_mentioned(
    directory: Path, call: Call, two_authorities: tuple[Authority, Authority]
) -> None:
    Authority(directory / "keys", "elsewhere")
    with (directory / "conf/gateway.toml").open("a") as file:
        file.write(revocation("elsewhere.pem"))
    assert any("CN=elsewhere, which issues no" in text for text in warnings_of(directory, call))


@pytest.mark.slow
def test_a_database_on_the_network_that_is_not_verified_is_mentioned(
    directory: Path, call: Call
) -> None:
    file = directory / "keys/database-url"
    file.touch(mode=0o600)
    file.write_text("postgresql://epix:not-shown@db1.invalid/epix")
    path = directory / "conf/gateway.toml"
    text = path.read_text(encoding="utf-8")
    named = text.replace("[database]\n", '[database]\nurl_file = "keys/database-url"\n', 1)
    path.write_text(named, encoding="utf-8")
    answer = call("check-config", "--dir", directory)
    assert answer.status == 0
    assert "database.url names a server on the network (db1.invalid) without" in answer.out
    assert "not-shown" not in answer.out + answer.err
    file.write_text("postgresql://epix:not-shown@db1.invalid/epix?sslmode=verify-full")
    assert "names a server on the network" not in call("check-config", "--dir", directory).out
