"""`journal search`, `show`, `verify` on what a real gateway has exchanged and sealed."""

import sqlite3
import sys
import time
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.bootstrap import build, jobs_of, new_id
from gateway.cli.exits import EXITS
from gateway.cli.views.journal import _text
from gateway.crypto.keys.development import DevelopmentCa
from gateway.crypto.keys.folder import KeyFolder
from gateway.crypto.keys.purposes import Purpose
from gateway.domain import errors
from gateway.exchange.ports import Direction, Exchange
from gateway.settings import load_settings
from gateway.soap.faults import fault as fault_of
from gateway.wire.soap_version import SoapVersion
from tests.builders import a_shown_certificate
from tests.cli.conftest import Call
from tests.forked.commands import completed, running
from tests.time_stamper import needs_openssl, time_stamper

TOKEN = "QX7K-42M9-SECRET"
REQUEST = f"<e:Body><v:TokenId xsi:nil='false'>{TOKEN}</v:TokenId></e:Body>".encode()


@pytest.fixture
def journal(directory: Path) -> Path:
    """Three exchanges of an hour ago, sealed."""
    with build(load_settings(directory)) as gateway:
        for number, outcome in (
            ("MZ26EX000001", "ok"),
            ("MZ26EX000002", "ok"),
            (None, "CertificateNotFound"),
        ):
            gateway.store.journal.record(an_exchange(gateway, number, outcome))
        assert gateway.journal.seal.seal() == 3
    return directory


def an_exchange(gateway, number: str | None, outcome: str) -> Exchange:
    at = gateway.clock() - timedelta(hours=1)
    return Exchange(
        new_id(),
        Direction.IN,
        at,
        at,
        "GetNonFinalCitesCertificate",
        "za",
        "MZ",
        "ab" * 32,
        number,
        outcome,
        REQUEST,
        b"<answer/>",
    )


def ids(journal: Path, call: Call) -> list[str]:
    return [
        exchange["id"] for exchange in call("journal", "search", "--dir", journal, "--json").json
    ]


def attack(journal: Path, statement: str) -> None:
    """Whoever has the file can do without the triggers."""
    file = load_settings(journal).database.address.removeprefix("sqlite:///")
    with closing(sqlite3.connect(file)) as connection, connection:
        for table in ("exchange", "journal_head", "journal_leaf"):
            connection.execute(f"DROP TRIGGER IF EXISTS {table}_no_update")
            connection.execute(f"DROP TRIGGER IF EXISTS {table}_no_delete")
        connection.execute(statement)
    connection.close()


@pytest.mark.slow
def test_a_journal_that_nobody_touched_holds(journal: Path, call: Call) -> None:
    answer = call("journal", "verify", "--dir", journal)
    assert answer.status == 0, answer.out
    for said in ("as it was sealed", "3 records in 1 batches", "signed by CN=MZ permit seal"):
        assert said in answer.out
    told = call("journal", "verify", "--dir", journal, "--json").json
    assert (told["holds"], told["unsigned"], told["newest"]["batch"]) == (True, 0, 1)


@pytest.mark.slow
def test_what_was_changed_is_named(journal: Path, call: Call) -> None:
    victim = ids(journal, call)[0]
    attack(journal, f"UPDATE exchange SET outcome = 'ok' WHERE id = '{victim}'")
    answer = call("journal", "verify", "--dir", journal)
    assert answer.status == 1
    assert f"Record {victim}" in answer.out.replace("\n", " ")
    told = call("journal", "verify", "--dir", journal, "--json")
    assert (told.status, told.json["holds"], told.json["flaws"][0]["record"]) == (1, False, victim)


def test_nothing_sealed_yet_is_no_flaw(directory: Path, call: Call) -> None:
    answer = call("journal", "verify", "--dir", directory)
    assert answer.status == 0
    assert "Nothing has been sealed yet" in answer.out


@pytest.mark.slow
def test_exchanges_are_found_by_what_they_were(journal: Path, call: Call) -> None:
    def found(*words: str) -> int:
        return len(call("journal", "search", *words, "--dir", journal, "--json").json)

    assert found() == 3
    assert found("--permit", "MZ26EX000001") == 1
    assert found("--outcome", "CertificateNotFound") == 1
    assert (found("--caller", "za"), found("--caller", "ch")) == (3, 0)
    assert found("--operation", "GetNonFinalCitesCertificate", "--limit", "2") == 2
    assert (found("--from", "2020-01-01"), found("--to", "2020-01-01")) == (3, 0)
    assert "No exchange fits" in call("journal", "search", "--permit", "X", "--dir", journal).out
    assert call("journal", "search", "--from", "yesterday", "--dir", journal).status == 2


@pytest.mark.slow
def test_one_exchange_is_shown_with_its_messages_and_without_its_token(
    journal: Path, call: Call
) -> None:
    identity = ids(journal, call)[0]
    answer = call("journal", "show", identity, "--dir", journal)
    assert answer.status == 0, answer.err
    assert "(covered)" in answer.out
    assert "<answer/>" in answer.out
    told = call("journal", "show", identity, "--dir", journal, "--json")
    assert TOKEN not in answer.out + told.out
    assert told.json["answer"] == "<answer/>"


@pytest.mark.slow
def test_the_raw_bytes_are_written_where_a_person_wants_them(
    journal: Path, tmp_path: Path, call: Call
) -> None:
    identity = ids(journal, call)[0]
    out = tmp_path / "raw"
    out.mkdir()
    answer = call("journal", "show", identity, "--raw", out, "--dir", journal)
    assert answer.status == 0, answer.err
    assert (out / "request.bin").read_bytes() == REQUEST
    assert (out / "request.bin").stat().st_mode & 0o777 == 0o600
    assert TOKEN not in answer.out
    again = call("journal", "show", identity, "--raw", out, "--dir", journal)
    assert again.status == 1
    assert "exists already" in again.err


@pytest.mark.slow
def test_an_id_nobody_knows_is_one_sentence(journal: Path, call: Call) -> None:
    answer = call("journal", "show", "no-such-id", "--dir", journal)
    assert answer.status == 1
    assert "No exchange of this id" in answer.err


@pytest.mark.parametrize(
    "message",
    [
        f"<TokenId>{TOKEN}</TokenId>",
        f"<TokenId><![CDATA[{TOKEN}]]></TokenId>",
        f"<a:TokenId\n b='c'>{TOKEN[:5]}<!-- x -->{TOKEN[5:]}</a:TokenId >",
        f"<é:TokenId>{TOKEN}</é:TokenId><é:TokenId>{TOKEN}</é:TokenId>",
        f"<TokenId>{TOKEN}",
        f"<wsse:Password Type='x'>{TOKEN}</wsse:Password>",
    ],
)
def test_tokens_are_covered_however_they_are_written(message: str) -> None:
    shown = _text(message.encode())
    assert TOKEN not in shown
    assert TOKEN[5:] not in shown
    assert "(covered)" in shown


def test_a_message_in_another_encoding_is_not_shown() -> None:
    assert TOKEN not in _text(f"<TokenId>{TOKEN}</TokenId>".encode("utf-16")).replace("\0", "")


@pytest.mark.slow
def test_who_verifies_needs_no_key(journal: Path, call: Call) -> None:
    (journal / "keys/seal/current/key.pem").write_text("lost")
    assert call("journal", "verify", "--dir", journal, "--json").json["holds"]


@pytest.mark.slow
def test_the_gateway_seals_by_itself(directory: Path, call: Call) -> None:
    with build(load_settings(directory)) as gateway:
        gateway.store.journal.record(an_exchange(gateway, None, "ok"))
    serve = [sys.executable, "-m", "gateway", "serve", "--quiet", "--dir", str(directory)]
    with running(serve, {"EPIX_SERVER__LISTEN": "127.0.0.1:0"}):
        for _ in range(150):
            told = call("journal", "verify", "--dir", directory, "--json").json
            if told["records"] == 2:  # the other is that of the configuration
                break
            time.sleep(0.1)
    assert (told["holds"], told["records"], told["unsigned"]) == (True, 2, 0)


@pytest.mark.slow
@needs_openssl
def test_time_stamps_are_asked_for_by_itself_and_shown(
    journal: Path, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with time_stamper(tmp_path) as tsa:
        monkeypatch.setenv("EPIX_JOURNAL__TIMESTAMP_ADDRESS", tsa.address)
        monkeypatch.setenv("EPIX_JOURNAL__TIMESTAMP_CA_FILE", str(tsa.authority.pem))
        with build(load_settings(journal)) as gateway:
            (stamping,) = [job for job in jobs_of(gateway) if job.name == "stamping"]
            stamping.run(lambda: False)
    assert (
        "time-stamped up to head 1: all of it was there at "
        in call("journal", "verify", "--dir", journal).out
    )
    assert call("journal", "verify", "--dir", journal, "--json").json["stamped"]["batch"] == 1
    monkeypatch.delenv("EPIX_JOURNAL__TIMESTAMP_ADDRESS")
    monkeypatch.delenv("EPIX_JOURNAL__TIMESTAMP_CA_FILE")
    answer = call("journal", "verify", "--dir", journal)
    assert (answer.status, "1 time-stamps nobody could judge" in answer.out) == (0, True)


def test_an_address_without_whom_to_believe_is_refused(journal: Path, call: Call) -> None:
    refused = call(
        "check-config", "--dir", journal, EPIX_JOURNAL__TIMESTAMP_ADDRESS="http://127.0.0.1:9/"
    )
    assert (refused.status != 0, "timestamp_ca_file must be given" in refused.err) == (True, True)


@pytest.mark.slow
def test_a_gateway_does_not_start_on_a_file_that_names_nobody_to_believe(
    journal: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty.pem").write_text("")
    told = {
        "EPIX_JOURNAL__TIMESTAMP_ADDRESS": "http://127.0.0.1:9/",
        "EPIX_JOURNAL__TIMESTAMP_CA_FILE": str(tmp_path / "empty.pem"),
    }
    command = [sys.executable, "-m", "gateway", "serve", "--dir", str(journal)]
    started = completed(command, told)
    assert (started.returncode != 0, "holds no PEM certificates" in started.stderr) == (True, True)


@pytest.mark.slow
def test_what_was_sealed_with_a_key_that_is_retired_by_now_still_holds(
    journal: Path, call: Call
) -> None:
    folder = KeyFolder(journal / "keys", Purpose.SEAL)
    old = folder.current
    another = DevelopmentCa().seal("MZ")
    folder.install("new", another.certificate, another.key)
    (stored,) = [each for each in folder.every() if each.folder == old.folder]
    folder.retire(stored, "renewed")
    told = call("journal", "verify", "--dir", journal, "--json").json
    assert (told["holds"], told["flaws"]) == (True, [])


@pytest.mark.slow
def test_a_record_that_cannot_be_read_any_more_is_told_as_such_and_not_as_unknown(
    journal: Path, call: Call
) -> None:
    victim, other, *_ = ids(journal, call)
    attack(journal, f"UPDATE exchange SET began_at = 'at noon' WHERE id = '{victim}'")
    shown = call("journal", "show", victim, "--dir", journal, "--json")
    assert shown.status == EXITS[errors.ServiceUnavailable].status
    assert "This record of the journal cannot be read any more." in shown.err
    assert "damaged" in shown.err
    assert shown.json["error"]["problem"] == "damaged"
    assert call("journal", "show", other, "--dir", journal).status == 0
    verified = call("journal", "verify", "--dir", journal)
    assert verified.status == 1
    assert f"Record {victim} cannot be read any more: it was changed." in verified.out.replace(
        "\n", " "
    )


@pytest.mark.slow
def test_an_exchange_is_found_by_the_beginning_of_its_id(journal: Path, call: Call) -> None:
    newest = ids(journal, call)[0]
    assert call("explain", newest[:-2].upper(), "--dir", journal, "--json").json["id"] == newest
    several = call("journal", "show", newest[:4], "--dir", journal)
    assert several.status == EXITS[errors.InvalidRequest].status
    assert "Several ids begin" in several.err


@pytest.mark.slow
def test_a_refused_certificate_is_explained_and_found_by_its_partner(
    directory: Path, call: Call
) -> None:
    pin = "cd" * 32
    (directory / "conf/partners.toml").write_text(
        f'[[partner]]\nkey = "za"\ncountry = "ZA"\ncertificate_sha256 = ["{pin}"]\n'
    )
    fault = fault_of(errors.CertificateMissing("It has expired."), SoapVersion.V1_1, "01")
    with build(load_settings(directory)) as gateway:
        refused = replace(
            an_exchange(gateway, None, "CertificateMissing"),
            caller=None,
            fingerprint=pin,
            answer=fault.body,
        )
        gateway.store.journal.record(refused)
        gateway.store.shown_certificates.keep(
            a_shown_certificate(sha256=pin, subject="CN=\x1b[2J,C=ZA"), gateway.clock()
        )
    answer = call("explain", refused.id, "--dir", directory)
    assert answer.status == 0, answer.err
    said = " ".join(answer.out.split())
    for part in (pin, "partner za's", "serial: 1f", "It has expired.", "To act: the partner."):
        assert part in said
    assert "\x1b" not in answer.out
    found = call("journal", "search", "--caller", "za", "--dir", directory, "--json").json
    assert [each["id"] for each in found] == [refused.id]
    shown = call("journal", "show", refused.id, "--dir", directory).out
    assert "partner za's" in " ".join(shown.split())
    assert "      <faultcode>" in shown


@pytest.mark.slow
def test_what_a_search_cannot_find_is_said(journal: Path, call: Call) -> None:
    wrong = call("journal", "search", "--outcome", "CertificateMising", "--dir", journal)
    assert (wrong.status, "CertificateMissing" in wrong.err) == (1, True)
    half = call("journal", "search", "--from", "2026-11", "--dir", journal)
    assert (half.status, "half a date" in " ".join(half.err.split())) == (2, True)
    more = call("journal", "search", "--limit", "2", "--dir", journal)
    assert "There are more than these 2" in more.err
    assert "more than" not in call("journal", "search", "--limit", "3", "--dir", journal).err
    nobody = call("journal", "search", "--caller", "zz", "--dir", journal)
    assert "No partner is registered here as zz." in nobody.err
