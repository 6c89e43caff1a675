"""Evidence of a refused message that is not kept: shown, verified and exported by its digest."""

import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.bootstrap import build
from gateway.cli.main import app
from gateway.exchange.journal.message_retention import MessageDigest
from gateway.settings import load_settings
from tests.evidence.evidence_files import (
    HOUR,
    SIGNER_NOT_CHECKED,
    an_exchange,
    changed,
    exported,
    flip,
    ids,
)

pytestmark = pytest.mark.slow

DIGEST = MessageDigest.of(b"<request/>" * 1000)
WHOLE = b"<request>of a partner</request>"


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gateway whose journal has one message by its digest and one whole, sealed."""
    directory = tmp_path_factory.mktemp("digest") / "mz"
    words = ["init", "--country", "MZ", "--authority", "ANAC", str(directory)]
    made = CliRunner().invoke(app, words)
    assert made.exit_code == 0, made.stderr
    with build(load_settings(directory)) as gateway:
        for request in (DIGEST.text(), WHOLE):
            exchange = an_exchange(gateway.clock() - HOUR)
            gateway.store.journal.record(replace(exchange, request=request))
        assert gateway.journal.seal.seal() == 2
    return directory


def test_the_journal_holds_and_shows_size_and_digest(refused: Path) -> None:
    runner = CliRunner()
    verified = runner.invoke(app, ["journal", "verify", "--dir", str(refused)])
    assert verified.exit_code == 0, verified.stdout
    show = ["journal", "show", ids(refused)[0], "--dir", str(refused)]
    said = runner.invoke(app, show).stdout
    assert re.search(rf"request_bytes +{DIGEST.size}\b", said), said
    assert re.search(r"request_kept +no\b", said), said
    assert "digest of a message that is not kept" in said
    told = json.loads(runner.invoke(app, [*show, "--json"]).stdout)
    assert (told["request_bytes"], told["request_sha256"], told["request_kept"]) == (
        DIGEST.size,
        DIGEST.sha256,
        False,
    )


def test_the_digest_is_proved_elsewhere(
    refused: Path, check: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    identity = ids(refused)[0]
    evidence = exported(refused, identity)
    status, said = check(evidence)
    assert status == SIGNER_NOT_CHECKED, said
    assert f"its request was refused and is not kept: {DIGEST.size} bytes, SHA-256" in said
    assert DIGEST.sha256 in said
    name = f"records/{identity}/request.bin"
    for place, change in enumerate((flip(-3), lambda _: MessageDigest.of(b"<other/>").text())):
        forged = changed(evidence, tmp_path / f"{place}.zip", name, change)
        status, said = check(forged)
        assert status == 1
        assert "request.bin is not what the record names" in said


def test_a_message_that_is_exchanged_for_its_digest_is_named(refused: Path) -> None:
    _, victim = ids(refused)
    file = load_settings(refused).database.address.removeprefix("sqlite:///")
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("DROP TRIGGER IF EXISTS exchange_no_update")
        connection.execute(
            "UPDATE exchange SET request = ? WHERE id = ?",
            (MessageDigest.of(WHOLE).text(), victim),
        )
    verified = CliRunner().invoke(app, ["journal", "verify", "--dir", str(refused)])
    assert verified.exit_code == 1
    assert victim in verified.stdout.replace("\n", " ")
