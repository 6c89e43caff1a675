"""`credential`: issued into a file, verified from it, status list and issuer's document written."""

import json
import shutil
from pathlib import Path

import pytest

from gateway.cli.exits import CREDENTIALS
from gateway.cli.views.words import word
from gateway.domain.credential.verdict import CredentialStatus
from tests.cli.conftest import NUMBER, Call

ISSUER = {"EPIX_CREDENTIAL__ISSUER": "did:web:permits.example.mz"}


@pytest.fixture
def published(tmp_path: Path, published_directory: Path) -> Path:
    """A working directory of Mozambique with published permits."""
    return Path(shutil.copytree(published_directory, tmp_path / "mz", symlinks=True))


@pytest.mark.slow
def test_a_credential_is_issued_and_verified_until_the_permit_is_cancelled(
    published: Path, tmp_path: Path, call: Call
) -> None:
    file, enveloped = tmp_path / "permit.jwt", tmp_path / "permit.json"
    at = ("--dir", published)
    made = call("credential", "issue", "MZ", NUMBER, "--out", file, *at, **ISSUER)
    assert made.status == 0, made.err
    call("credential", "issue", "MZ", NUMBER, "--enveloped", "--out", enveloped, *at, **ISSUER)
    assert json.loads(enveloped.read_text())["type"] == "EnvelopedVerifiableCredential"
    for each in (file, enveloped):
        answer = call("credential", "verify", each, *at, **ISSUER)
        assert answer.status == 0, answer.out + answer.err
        assert "✓ GENUINE" in answer.out and NUMBER in answer.out
    told = call("credential", "verify", "-", "--json", *at, typed=file.read_text(), **ISSUER).json
    assert (told["verdict"], told["credential"]["status_index"]) == ("genuine", 1)
    french = call("credential", "verify", file, "--lang", "fr", *at, **ISSUER)
    assert "AUTHENTIQUE" in french.out
    words = ("--person", "T. Sitoe", "--reason", "withdrawn")
    assert call("permits", "cancel", "MZ", NUMBER, *words, *at).status == 0
    answer = call("credential", "verify", file, *at, **ISSUER)
    assert answer.status == CREDENTIALS[CredentialStatus.REVOKED].status == 26
    assert "✗ REVOKED" in answer.out
    assert call("credential", "issue", "MZ", NUMBER, *at, **ISSUER).status == 26


@pytest.mark.slow
def test_an_altered_credential_is_not_shown(published: Path, tmp_path: Path, call: Call) -> None:
    file = tmp_path / "permit.jwt"
    token = call("credential", "issue", "MZ", NUMBER, "--dir", published, **ISSUER).out.strip()
    head, body, signature = token.split(".")
    file.write_text(f"{head}.{body}.{signature[::-1]}")
    answer = call("credential", "verify", file, "--dir", published, **ISSUER)
    assert answer.status in (45, 62)
    assert NUMBER not in answer.out
    file.write_text('{"id": "data:text/plain,x"}')
    assert (
        "EnvelopedVerifiableCredential"
        in call("credential", "verify", file, "--dir", published).err
    )


@pytest.mark.slow
def test_status_list_and_document_of_the_issuer_are_written(published: Path, call: Call) -> None:
    at = ("--dir", published)
    assert call("credential", "status-list", *at, **ISSUER).out.count(".") == 2
    refused = call("credential", "status-list", "first", *at, **ISSUER)
    assert (refused.status, "two numbers" in refused.err) == (1, True)
    document = call("credential", "did", *at, **ISSUER).json
    assert document["id"] == ISSUER["EPIX_CREDENTIAL__ISSUER"]


def test_without_an_issuer_the_section_is_named(published: Path, call: Call) -> None:
    answer = call("credential", "issue", "MZ", NUMBER, "--dir", published)
    assert answer.status == 63
    assert "[credential]" in answer.err


@pytest.mark.parametrize(
    "issuer", ["did:web:", "did:web:a/b", "did:key:z6Mk", "http://permits.example", "did:web:a b"]
)
def test_another_issuer_is_refused(issuer: str, published: Path, call: Call) -> None:
    answer = call("credential", "did", "--dir", published, EPIX_CREDENTIAL__ISSUER=issuer)
    assert answer.status == 60
    assert "did:web:HOST" in answer.err


def test_each_status_has_an_exit_and_words_in_three_languages() -> None:
    assert set(CREDENTIALS) == set(CredentialStatus)
    for status in CredentialStatus:
        said = {word(f"credential_{status}", tongue) for tongue in ("english", "french", "spanish")}
        assert len(said) == 3
