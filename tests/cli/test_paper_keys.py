"""`paper export-keys`, `import-keys`, `keys`: a partner verifies our paper by our key list."""

import json
import shutil
import sqlite3
from base64 import b64decode, b64encode
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway import bootstrap
from gateway.cli.main import app
from tests.cli.conftest import NUMBER, Call

pytestmark = pytest.mark.slow

CANCELLED = "MZ26EX000102"
BY = ("--person", "P", "--reason", "R")


@pytest.fixture(scope="session")
def made_za(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "za"
    done = CliRunner().invoke(app, ["init", "--country", "ZA", "--authority", "DFFE", str(path)])
    assert done.exit_code == 0, done.stderr
    return path


@pytest.fixture
def mz(tmp_path: Path, published_directory: Path) -> Path:
    return Path(shutil.copytree(published_directory, tmp_path / "mz", symlinks=True))


@pytest.fixture
def za(tmp_path: Path, made_za: Path, mz: Path) -> Path:
    """South Africa, which trusts the seals of Mozambique."""
    path = Path(shutil.copytree(made_za, tmp_path / "za", symlinks=True))
    (path / "conf/partners.toml").write_text(
        f'[[partner]]\nkey = "mz"\ncountry = "MZ"\nseal_anchors_file = "{mz}/keys/dev-ca.pem"\n'
    )
    return path


def code(directory: Path, call: Call, number: str = NUMBER) -> str:
    return call("paper", "code", "MZ", number, "--dir", directory).out


def exported(directory: Path, file: Path, call: Call) -> Path:
    answer = call("paper", "export-keys", file, "--dir", directory)
    assert answer.status == 0, answer.err
    return file


def verified(directory: Path, text: str, call: Call) -> tuple[int, str]:
    answer = call("paper", "verify", "-", "--json", "--dir", directory, typed=text)
    return answer.status, answer.json["verdict"]


def test_a_partner_verifies_paper_by_the_list_that_it_took(
    mz: Path, za: Path, tmp_path: Path, call: Call
) -> None:
    text, gone = code(mz, call), code(mz, call, CANCELLED)
    assert verified(za, text, call) == (46, "signer-unknown")
    call("permits", "cancel", "MZ", CANCELLED, *BY, "--dir", mz)
    file = exported(mz, tmp_path / "mz.json", call)
    taken = call("paper", "import-keys", file, "--dir", za)
    assert taken.status == 0, taken.err
    assert "MZ/ANAC" in taken.out
    assert verified(za, text, call) == (0, "genuine")
    assert verified(za, gone, call) == (58, "may-be-withdrawn")
    (held,) = call("paper", "keys", "--json", "--dir", za).json
    assert (held["partner"], held["authorities"]) == ("mz", ["ANAC"])
    assert "withdrawn permits" in call("paper", "keys", "--dir", za).out


def test_a_list_that_is_out_of_date_is_shown_as_such(
    mz: Path, za: Path, tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    call("paper", "import-keys", exported(mz, tmp_path / "mz.json", call), "--dir", za)
    assert "out of date after" in call("paper", "keys", "--dir", za).out
    monkeypatch.setattr(bootstrap, "now", lambda: datetime.now(UTC) + timedelta(days=31))
    assert "OUT OF DATE since" in call("paper", "keys", "--dir", za).out


def test_the_list_alone_does_on_a_computer_without_a_gateway(
    mz: Path, tmp_path: Path, call: Call
) -> None:
    file, text = exported(mz, tmp_path / "mz.json", call), code(mz, call)
    words = ("paper", "verify", "-", "--list", file)
    assert call(*words, "--anchors", mz / "keys/dev-ca.pem", typed=text).status == 0
    assert "--anchors" in call(*words, typed=text).err


def test_a_list_that_nobody_vouches_for_or_that_was_altered_is_refused(
    mz: Path, za: Path, tmp_path: Path, call: Call
) -> None:
    file = exported(mz, tmp_path / "mz.json", call)
    other = exported(za, tmp_path / "za.json", call)
    assert call("paper", "import-keys", other, "--dir", za).status == 46
    fields = json.loads(file.read_text())
    text = json.loads(b64decode(fields["text"]))
    text["withdrawn"]["count"] = 0
    changed = json.dumps(text, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    for broken in (
        {**fields, "text": b64encode(changed.encode()).decode()},
        {**fields, "signature": b64encode(b"x" * 70).decode()},
        {**fields, "text": "no base64"},
        {"text": 5},
        [],
    ):
        wrong = tmp_path / "wrong.json"
        wrong.write_text(json.dumps(broken))
        answer = call("paper", "import-keys", wrong, "--dir", za)
        assert answer.status == 45, answer.err
    assert call("paper", "keys", "--json", "--dir", za).json == []


def test_an_older_list_does_not_bring_a_revoked_key_back(
    mz: Path, za: Path, tmp_path: Path, call: Call
) -> None:
    """The drill of a stolen paper key, from rotation to the list that partners take."""
    text = code(mz, call)
    old = exported(mz, tmp_path / "old.json", call)
    for words in (
        ("new", "paper", "--no-passphrase"),
        ("request", "paper", "--development"),
    ):
        assert call("keys", *words, "--dir", mz).status == 0
    (issued,) = (mz / "keys/paper").glob("2*/issued.pem")
    assert call("keys", "import", "paper", issued, "--dir", mz).status == 0
    assert call("keys", "rotate", "paper", "--dir", mz).status == 0
    again = code(mz, call)
    revoked = call("keys", "revoke", "paper", "dev", "--cause", "stolen", *BY, "--dir", mz)
    assert revoked.status == 0, revoked.err
    assert verified(mz, text, call) == (56, "key-revoked")
    new = exported(mz, tmp_path / "new.json", call)
    assert call("paper", "import-keys", old, "--dir", za).status == 0
    assert verified(za, text, call) == (0, "genuine")
    assert call("paper", "import-keys", new, "--dir", za).status == 0
    assert verified(za, text, call) == (56, "key-revoked")
    assert verified(za, again, call) == (0, "genuine")
    refused = call("paper", "import-keys", old, "--dir", za)
    assert refused.status == 28
    assert "a newer one is held" in refused.err
    assert "REVOKED" in call("paper", "keys", "--dir", za).out


def test_a_held_list_that_somebody_changed_is_told(
    mz: Path, za: Path, tmp_path: Path, call: Call
) -> None:
    call("paper", "import-keys", exported(mz, tmp_path / "mz.json", call), "--dir", za)
    with closing(sqlite3.connect(za / "data/gateway.sqlite")) as connection, connection:
        (held,) = connection.execute("SELECT content FROM key_list").fetchone()
        changed = held.replace(b'"text": "', b'"text": "AAAA')
        connection.execute("UPDATE key_list SET content = ?", (changed,))
    answer = call("paper", "verify", "-", "--dir", za, typed=code(mz, call))
    assert answer.status == 46
    assert "The key list of mz is not used: This is no key list." in answer.err
    assert "! mz: not used." in call("paper", "keys", "--dir", za).out
    again = exported(mz, tmp_path / "again.json", call)
    assert call("paper", "import-keys", again, "--dir", za).status == 0
    (told,) = call("paper", "keys", "--json", "--dir", za).json
    assert told["problem"] is None


def test_a_key_of_another_kind_is_refused_before_it_is_used(
    mz: Path, tmp_path: Path, call: Call
) -> None:
    words = ("new", "paper", "--kind", "rsa-3072", "--no-passphrase")
    assert call("keys", *words, "--dir", mz).status == 0
    assert call("keys", "request", "paper", "--development", "--dir", mz).status == 0
    (issued,) = (mz / "keys/paper").glob("2*/issued.pem")
    assert call("keys", "import", "paper", issued, "--dir", mz).status == 0
    refused = call("keys", "rotate", "paper", "--dir", mz)
    assert refused.status == 63
    assert "no key on EC P-256" in refused.err
