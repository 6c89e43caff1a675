"""`partners export`, `add`, `list`, `show`, `disable`: files only, no network."""

import json
import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gateway import bootstrap
from gateway.bootstrap.parts.callers import know_caller
from gateway.domain.errors import CertificateMissing
from gateway.exchange.ports import JournalFilter
from gateway.settings import load_settings
from tests.cli.conftest import Answer, Call
from tests.pki import DAY, NOW, Authority, Identity

BY = ("--yes", "--person", "Ana Mabunda", "--reason", "compared with J. Nkosi by telephone")


@dataclass
class Za:
    """South Africa, which sends files to the working directory of Mozambique."""

    directory: Path
    ca: Authority
    call: Call

    def file(
        self,
        *clients: Identity,
        name: str = "za.toml",
        more: str = "",
        service: str = "",
        **changes: str,
    ) -> Path:
        values = {
            "country": "ZA",
            "name": "Department of Forestry",
            "address": "https://epix.example.za/epix/v2",
        } | changes
        client = "".join(each.certificate_file.read_text() for each in clients)
        path = self.directory.parent / name
        contact = values.get("contact", "J. Nkosi")
        path.write_text(
            f"format = 1\nmade_at = 2026-11-29T02:00:00Z\ncountry = {values['country']!r}\n"
            f"[[authority]]\ncode = 'DFFE'\nname = {json.dumps(values['name'])}\n"
            f'[contact]\nname = "{contact}"\n'
            "phone = '+27 12'\n"
            f"[[service]]\nversion = 'v2'\naddress = {values['address']!r}\n{service}"
            "[certificates]\n"
            + (f"client = '''\n{client}'''\n" if client else "")
            + f"client_ca = '''\n{self.ca.pem.read_text()}'''\n"
            f"server_ca = '''\n{self.ca.pem.read_text()}'''\n{more}",
            encoding="utf-8",
        )
        return path

    def add(self, file: Path, *words: str | Path) -> Answer:
        return self.call("partners", "add", file, "--offline", *words, "--dir", self.directory)

    @property
    def registered(self) -> dict[str, Any]:
        text = (self.directory / "conf/partners.toml").read_text(encoding="utf-8")
        return {each["key"]: each for each in tomllib.loads(text).get("partner", [])}

    @property
    def records(self) -> list[dict[str, Any]]:
        with bootstrap.open_journal(load_settings(self.directory, {})) as journal:
            found = journal.read.search(JournalFilter(operation="PartnerChanged"), 10)
            return [json.loads(each.request) for each in found]


@pytest.fixture
def za(directory: Path, tmp_path: Path, call: Call) -> Za:
    return Za(directory, Authority(tmp_path, "za-ca"), call)


@pytest.fixture
def client(za: Za) -> Identity:
    return za.ca.issue("za-client", country="ZA")


def test_a_partner_is_added_from_its_file_and_the_gateway_accepts_it(
    za: Za, client: Identity
) -> None:
    answer = za.add(za.file(client), *BY)
    assert answer.status == 0, answer.err
    assert "Department" not in za.registered["za"].values()
    settings = load_settings(za.directory, {})
    (partner,) = settings.partners
    assert partner.address == "https://epix.example.za/epix/v2"
    assert partner.contact and partner.contact.line == "J. Nkosi, +27 12"
    know = know_caller(settings, bootstrap.now)
    assert know.identify(client.der).key == "za"
    assert partner.ca_file and partner.ca_file.read_bytes() == za.ca.pem.read_bytes()
    assert {each.stat().st_mode & 0o777 for each in partner.ca_file.parent.iterdir()} == {0o600}


def test_fingerprints_are_shown_and_nothing_is_written_before_a_person_answers(
    za: Za, client: Identity
) -> None:
    before = (za.directory / "conf/partners.toml").read_bytes()
    answer = za.add(za.file(client))
    assert answer.status == 1
    spoken = " ".join(client.sha256[at : at + 4] for at in range(0, 64, 4))
    assert spoken in " ".join(answer.out.split())
    assert "must be compared first" in answer.err
    nameless = za.add(za.file(client), "--yes")
    assert nameless.status == 28
    assert "named person" in nameless.err
    assert (za.directory / "conf/partners.toml").read_bytes() == before
    assert not (za.directory / "keys/partners").exists()


@pytest.mark.slow
def test_the_journal_keeps_what_was_changed_by_whom_and_why(za: Za, client: Identity) -> None:
    za.add(za.file(client), *BY)
    (record,) = za.records
    assert (record["partner"], record["person"]) == ("za", "Ana Mabunda")
    assert "J. Nkosi" in record["reason"]
    changes = {each["key"]: each["after"] for each in record["changes"]}
    assert changes["certificate_sha256"] == client.sha256
    assert changes["address"] == "https://epix.example.za/epix/v2"


@pytest.mark.slow
def test_a_newer_file_is_an_update_and_both_certificates_count(za: Za, client: Identity) -> None:
    za.add(za.file(client), *BY)
    path = za.directory / "conf/partners.toml"
    path.write_text(path.read_text().replace('\nkey = "za"', '\n# Ana knows them.\nkey = "za"'))
    new = za.ca.issue("za-next", country="ZA")
    answer = za.add(za.file(new), *BY, "--json")
    assert answer.status == 0, answer.err
    assert answer.json["new"] is False
    assert [each["key"] for each in answer.json["changes"]] == [
        "certificate_sha256",
        "certificates_file",
    ]
    know = know_caller(load_settings(za.directory, {}), bootstrap.now)
    assert {know.identify(each.der).key for each in (client, new)} == {"za"}
    assert "# Ana knows them." in path.read_text()
    again = za.add(za.file(new))
    assert again.status == 0
    assert "registered with all of this already" in again.out


@pytest.mark.slow
def test_after_a_theft_the_old_certificate_is_taken_out(za: Za, client: Identity) -> None:
    za.add(za.file(client), *BY)
    new = za.ca.issue("za-next", country="ZA")
    assert za.add(za.file(new), *BY, "--without-former").status == 0
    assert za.registered["za"]["certificate_sha256"] == [new.sha256]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"address": "http://epix.example.za/"}, "must begin with https://"),
        ({"address": "https://me:pw@epix.example.za/"}, "must be the full address"),
        ({"country": "KE"}, "names the country ZA"),
        ({"more": "[extra]\n"}, "extra is not a key"),
    ],
)
def test_a_file_that_is_wrong_changes_nothing(
    za: Za, client: Identity, changes: dict[str, str], said: str
) -> None:
    before = (za.directory / "conf/partners.toml").read_bytes()
    answer = za.add(za.file(client, **changes), *BY)
    assert answer.status == 60
    assert said in answer.err
    assert (za.directory / "conf/partners.toml").read_bytes() == before


@pytest.mark.parametrize("key", ["../za", "ZA", "-za", "za\u202e", "z" * 36, ""])
def test_a_key_that_no_partner_may_have_is_refused(za: Za, client: Identity, key: str) -> None:
    answer = za.add(za.file(client), *BY, f"--key={key}")
    assert answer.status == (0 if key == "" else 60)
    assert key == "" or "The key of a partner must be" in answer.err
    assert set(za.registered) == ({"za"} if key == "" else set())


@pytest.mark.slow
def test_a_file_may_name_the_dialect_of_its_service(za: Za, client: Identity) -> None:
    answer = za.add(za.file(client, service='dialect = "unep-hub"\n'), *BY)
    assert answer.status == 0, answer.err
    assert "+ unep-hub" in " ".join(answer.out.split())
    assert za.registered["za"]["dialect"] == "unep-hub"
    za.add(za.file(client, name="newer.toml", address="https://epix2.example.za/"), *BY)
    assert za.registered["za"]["dialect"] == "unep-hub"
    assert za.registered["za"]["address"] == "https://epix2.example.za/"


@pytest.mark.slow
def test_a_file_that_names_a_dialect_not_known_here_changes_nothing(
    za: Za, client: Identity
) -> None:
    answer = za.add(za.file(client, service='dialect = "veldland"\n'), *BY)
    assert answer.status == 60
    assert "partner[1].dialect must be the name of a dialect: czech, imsoc, " in answer.err
    assert za.registered == {}


@pytest.mark.slow
def test_what_would_make_the_configuration_invalid_leaves_no_file_behind(
    za: Za, client: Identity
) -> None:
    za.add(za.file(client), *BY)
    other = za.file(za.ca.issue("other", country="ZA"), name="other.toml")
    answer = za.add(other, *BY, "--key", "za-2")
    assert answer.status == 60
    assert "another partner of this country has one" in answer.err
    assert list(za.registered) == ["za"]
    assert not list((za.directory / "keys/partners/za-2").glob("*"))
    assert len(za.records) == 1


@pytest.mark.slow
@pytest.mark.parametrize("letter", ["\u202e", "\x1b", "\u2028", "\U000e0041"])
def test_text_of_a_file_is_harmless_where_it_is_shown(
    za: Za, client: Identity, letter: str
) -> None:
    file = za.file(client, contact=f"a\\U{ord(letter):08X}b")
    for answer in (
        za.add(file, *BY),
        za.call("partners", "list", "--dir", za.directory),
        za.call("partners", "show", "za", "--dir", za.directory),
        za.call("partners", "show", "za", "--json", "--dir", za.directory),
    ):
        assert answer.status == 0, answer.err
        assert letter not in answer.out + answer.err


@pytest.mark.slow
def test_a_disabled_partner_is_refused_and_keeps_its_settings(za: Za, client: Identity) -> None:
    za.add(za.file(client), *BY)
    words = ("--person", "Ana", "--reason", "key lost", "--dir", za.directory)
    assert za.call("partners", "disable", "za", *words).status == 0
    settings = load_settings(za.directory, {})
    assert settings.partners == ()
    with pytest.raises(CertificateMissing):
        know_caller(settings, bootstrap.now).identify(client.der)
    listed = za.call("partners", "list", "--dir", za.directory, "--json")
    assert [(each["key"], each["enabled"]) for each in listed.json] == [("za", False)]
    again = za.call("partners", "disable", "za", *words)
    assert (again.status, "disabled already" in again.err) == (1, True)
    tried = za.call("partners", "test", "za", "--dir", za.directory)
    assert (tried.status, "is disabled" in tried.err) == (1, True)
    assert za.call("partners", "enable", "za", *words).status == 0
    assert load_settings(za.directory, {}).partners[0].key == "za"


@pytest.mark.slow
def test_the_register_shows_agreements_and_kept_certificates(za: Za, client: Identity) -> None:
    za.add(za.file(client), *BY)
    with (za.directory / "conf/partners.toml").open("a") as file:
        file.write(
            '[[partner.agreement]]\ndocuments = ["EXPORT", "REEXPORT"]\nsince = 2026-01-01\n'
            'reference = "Memorandum, article 4"\n'
            '[[partner.agreement]]\ndocuments = ["OTHER"]\nsince = 2020-01-01\n'
            'until = 2020-12-31\nreference = "Trial of 2020"\n'
        )
    shown = za.call("partners", "show", "za", "--dir", za.directory)
    text = " ".join(shown.out.split())
    assert "Export permit (EXPORT), Re-export certificate (REEXPORT): Memorandum" in text
    assert "to 2020-12-31 - does not hold today" in text
    assert f"{client.certificate.not_valid_after_utc:%Y-%m-%d}" in text
    described = za.call("partners", "show", "za", "--dir", za.directory, "--json").json
    assert [each["holds_today"] for each in described["agreements"]] == [True, False]
    assert described["certificates"][0]["sha256"] == client.sha256
    unknown = za.call("partners", "show", "ke", "--dir", za.directory)
    assert "known are: za" in unknown.err


@pytest.mark.slow
def test_the_end_of_a_kept_certificate_is_warned_of(za: Za) -> None:
    client = za.ca.issue("za-client", country="ZA", since=NOW - 15 * DAY, until=NOW + 5 * DAY)
    za.add(za.file(client), *BY)
    answer = za.call("check-config", "--dir", za.directory)
    assert "partner za, its certificate: CN=za-client,C=ZA ends in" in " ".join(answer.out.split())


@pytest.mark.slow
def test_what_we_export_is_a_file_that_a_partner_adds(
    za: Za, directory: Path, tmp_path: Path, call: Call
) -> None:
    conf = directory / "conf/gateway.toml"
    text = conf.read_text(encoding="utf-8")
    conf.write_text(
        text + '\n[gateway.contact]\nname = "CITES office"\nphone = "+258 21"\n', encoding="utf-8"
    )
    file = tmp_path / "mz.toml"
    answer = call("partners", "export", file, "--dir", directory, "--json")
    assert answer.status == 0, answer.err
    assert answer.json["warnings"] == []
    assert {each["use"] for each in answer.json["certificates"]} == {
        "client", "client_ca", "server_ca", "seal_anchors",
    }  # fmt: skip
    page = file.with_suffix(".txt").read_text(encoding="utf-8")
    assert "CITES office, +258 21" in page
    for secret in ("PRIVATE", (directory / "keys/token.key").read_bytes().hex()):
        assert secret not in file.read_text() + page
    other = Path(shutil.copytree(directory, tmp_path / "other", symlinks=True))
    taken = call("partners", "add", file, "--offline", *BY, "--dir", other)
    assert taken.status == 0, taken.err
    again = call("partners", "export", file, "--dir", directory)
    assert (again.status, "exists already" in again.err) == (1, True)


@pytest.mark.slow
def test_the_next_client_certificate_is_exported_beside_the_one_in_use(
    directory: Path, tmp_path: Path, call: Call
) -> None:
    call("keys", "new", "client", "--no-passphrase", "--dir", directory)
    call("keys", "request", "client", "--development", "--dir", directory)
    issued = directory / "keys/client/next/issued.pem"
    assert call("keys", "import", "client", issued, "--dir", directory).status == 0
    answer = call("partners", "export", tmp_path / "mz.toml", "--dir", directory, "--json")
    clients = [each for each in answer.json["certificates"] if each["use"] == "client"]
    assert len({each["sha256"] for each in clients}) == 2


def test_without_a_file_each_missing_answer_is_named(za: Za) -> None:
    answer = za.call("partners", "add", "--dir", za.directory)
    assert (answer.status, "--country" in answer.err) == (1, True)
    answer = za.call("partners", "add", "--country", "ZA", "--dir", za.directory)
    assert (answer.status, "--address" in answer.err) == (1, True)


@pytest.mark.slow
def test_a_partner_is_added_by_answers_alone(za: Za, client: Identity, tmp_path: Path) -> None:
    both = tmp_path / "both.pem"
    both.write_bytes(client.certificate_file.read_bytes() + za.ca.pem.read_bytes())
    words = ("--country", "za", "--address", "https://epix.example.za/epix/v1")
    answer = za.call(
        "partners", "add", *words, "--client-certificate", both, "--offline", *BY,
        "--dir", za.directory,
    )  # fmt: skip
    assert answer.status == 0, answer.err
    assert za.registered["za"]["version"] == "v1"
    know = know_caller(load_settings(za.directory, {}), bootstrap.now)
    assert know.identify(client.der).key == "za"


@pytest.mark.slow
def test_a_certificate_that_came_in_a_message_stands_beside_the_known_one(
    za: Za, client: Identity
) -> None:
    za.add(za.file(client), *BY)
    before = za.registered["za"]
    new = za.ca.issue("za-next", country="ZA")
    words = ("--country", "ZA", "--client-certificate", new.certificate_file, *BY)
    answer = za.call("partners", "add", *words, "--dir", za.directory)
    assert answer.status == 0, answer.err
    after = za.registered["za"]
    assert after["certificate_sha256"] == [new.sha256, client.sha256]
    changed = {key for key in after if after[key] != before[key]}
    assert changed == {"certificate_sha256", "certificates_file"}


@pytest.mark.slow
def test_a_key_is_never_exported_by_mistake(directory: Path, tmp_path: Path, call: Call) -> None:
    for number, content in enumerate(
        ((directory / "keys/dev-ca.key.pem").read_text(), 'x"""\n[certificates]\n', "\x00")
    ):
        file = tmp_path / f"{number}.pem"
        file.write_text(content)
        words = ("--server-ca", file, "--dir", directory)
        answer = call("partners", "export", tmp_path / "mz.toml", *words)
        assert answer.status == 60
        assert "certificates.server_ca must be certificates in PEM and nothing else" in answer.err
        assert not (tmp_path / "mz.toml").exists()


def test_an_address_that_no_partner_would_take_is_not_exported(
    directory: Path, tmp_path: Path, call: Call
) -> None:
    conf = directory / "conf/gateway.toml"
    text = conf.read_text().replace("https://127.0.0.1:8443", "http://epix.example.mz")
    conf.write_text(text)
    answer = call("partners", "export", tmp_path / "mz.toml", "--dir", directory)
    assert (answer.status, "must begin with https://" in answer.err) == (60, True)
