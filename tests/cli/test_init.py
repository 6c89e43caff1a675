"""`init` makes a working directory, marked as development; existing files are never touched."""

import re
import stat
from pathlib import Path

import pytest

from gateway import bootstrap
from gateway.cli.workdir import Plan, template
from gateway.crypto.keys.certificates import certificates
from gateway.domain.identifiers import IsoCountryCode
from gateway.settings import ServerMode, load_settings
from tests.cli.conftest import Call

CONF = Path(__file__).parents[2] / "conf"


def test_the_new_directory_is_configured_keyed_and_migrated(directory: Path) -> None:
    settings = load_settings(directory, {})
    assert [str(authority.identity) for authority in settings.gateway.authorities] == ["MZ/ANAC"]
    assert settings.server.mode is ServerMode.DIRECT_TLS
    assert len(settings.tokens.key_file.read_bytes()) == 32
    with bootstrap.build(settings) as gateway:
        gateway.store.check()


def certificate_files(directory: Path) -> list[Path]:
    return sorted(
        path for path in (directory / "keys").glob("**/*.pem") if not path.name.endswith("key.pem")
    )


def test_every_certificate_is_marked_as_development(directory: Path) -> None:
    names = [str(path.relative_to(directory / "keys")) for path in certificate_files(directory)]
    assert names == [
        "client/dev/certificate.pem",
        "dev-ca.pem",
        "paper/dev/certificate.pem",
        "seal/dev/certificate.pem",
        "server/dev/certificate.pem",
    ]
    for file in certificate_files(directory):
        assert all(facts.development for facts in certificates(file.read_bytes()))
    assert "development CA" in (directory / "DEVELOPMENT-ONLY").read_text()


def test_the_configuration_names_what_is_current(directory: Path) -> None:
    settings = load_settings(directory, {})
    assert settings.server.key_file == directory / "keys/server/current/key.pem"
    assert (directory / "keys/server/current").readlink() == Path("dev")


def test_keys_and_folder_are_for_their_owner_alone(directory: Path) -> None:
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    secrets = [directory / "keys/token.key", *(directory / "keys").glob("**/*key.pem")]
    assert len(secrets) == 6
    for file in secrets:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_no_two_directories_share_a_key(directory: Path, tmp_path: Path, call: Call) -> None:
    call("init", "--country", "MZ", tmp_path / "other")
    for name in ("token.key", "dev-ca.pem", "server/current/key.pem"):
        assert (directory / "keys" / name).read_bytes() != (
            tmp_path / "other/keys" / name
        ).read_bytes()


def test_it_tells_the_next_three_commands(tmp_path: Path, call: Call) -> None:
    answer = call("init", "--country", "MZ", tmp_path / "new")
    steps = re.findall(
        r"^  \d\. epix-gateway (\S+) (?:FILE )?--dir (\S+)$", answer.out, re.MULTILINE
    )
    assert steps == [
        (command, str(tmp_path / "new")) for command in ("check-config", "publish", "serve")
    ]


@pytest.mark.slow
def test_a_code_that_nobody_chose_is_named(tmp_path: Path, call: Call) -> None:
    said = "The authority's short name is MA, as no --authority was given"
    assert said in call("init", "--country", "MZ", tmp_path / "a").out
    assert said not in call("init", "--country", "MZ", "--authority", "MA", tmp_path / "b").out


def test_a_person_at_a_terminal_is_asked_for_what_is_never_changed(
    tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.cli.commands.service.init._is_at_terminal", lambda: True)
    answer = call("init", tmp_path / "new", typed="MZ\nANAC\nDirecção Nacional\n")
    assert "can never be changed later" in answer.err
    (made,) = load_settings(tmp_path / "new", {}).gateway.authorities
    assert (str(made.identity), made.name) == ("MZ/ANAC", "Direcção Nacional")


def test_behind_nginx_it_listens_where_the_example_of_nginx_asks(
    tmp_path: Path, call: Call
) -> None:
    address = "https://epix.example.mz"
    call("init", "--country", "MZ", "--behind-nginx", "--address", address, tmp_path / "new")
    settings = load_settings(tmp_path / "new", {})
    assert settings.server.mode is ServerMode.BEHIND_PROXY
    assert f"server unix:{settings.server.listen}" in (CONF / "nginx.conf").read_text()
    assert settings.gateway.public_address == address


@pytest.mark.parametrize(
    ("plan", "host"),
    [
        (Plan(IsoCountryCode("MZ")), "127.0.0.1"),
        (Plan(IsoCountryCode("MZ"), address="https://epix.example.mz"), "epix.example.mz"),
        (Plan(IsoCountryCode("MZ"), address="https://[2001:db8::7]:8443"), "2001:db8::7"),
        (
            Plan(IsoCountryCode("MZ"), listen="/run/x.sock", mode=ServerMode.BEHIND_PROXY),
            "localhost",
        ),
        (Plan(IsoCountryCode("MZ"), address="https://épix.example"), "localhost"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.address or value.listen,
)
def test_the_server_certificate_is_for_the_host_of_the_public_address(
    plan: Plan, host: str
) -> None:
    assert plan.host == host


def test_an_empty_folder_is_filled_where_no_other_can_be_made(tmp_path: Path, call: Call) -> None:
    """/var/lib belongs to root; the gateway's user has an empty folder there."""
    folder = tmp_path / "lib/epix-gateway"
    folder.mkdir(parents=True)
    folder.parent.chmod(0o500)
    inode = folder.stat().st_ino  # root makes folders everywhere: it is still this one
    try:
        assert call("init", "--country", "MZ", folder).status == 0
    finally:
        folder.parent.chmod(0o700)
    assert sorted(path.name for path in folder.iterdir()) == [
        "DEVELOPMENT-ONLY",
        "conf",
        "data",
        "keys",
    ]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert folder.stat().st_ino == inode


def test_what_is_there_is_never_overwritten(directory: Path, call: Call) -> None:
    before = {path: path.read_bytes() for path in directory.rglob("*") if path.is_file()}
    answer = call("init", "--country", "ZA", directory)
    assert answer.status == 1
    assert "exists already" in answer.err
    assert {path: path.read_bytes() for path in directory.rglob("*") if path.is_file()} == before


def test_an_empty_folder_may_be_filled(tmp_path: Path, call: Call) -> None:
    (tmp_path / "empty").mkdir()
    assert call("init", "--country", "MZ", tmp_path / "empty").status == 0
    assert (tmp_path / "empty/conf/gateway.toml").is_file()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--country", "mz"), "two capital letters"),
        (("--country", "QQ"), "no country code that CITES uses"),
        (("--country", "YU"), "YU is Yugoslavia (former), which issues no permits"),
        (("--country", "ZZ"), "ZZ is Introduction from the sea, which issues no permits"),
        ((), "No country is named"),
        (("--country", "MZ", "--address", "epix.example.mz"), "gateway.public_address"),
        (("--country", "MZ", "--authority", "AN/AC"), "gateway.authorities[1].code must be"),
    ],
)
def test_what_makes_no_gateway_leaves_nothing_behind(
    tmp_path: Path, call: Call, words: tuple[str, ...], said: str
) -> None:
    answer = call("init", *words, tmp_path / "new")
    assert answer.status != 0
    assert said in answer.err
    assert list(tmp_path.iterdir()) == []


def test_a_name_with_quotes_stays_a_name(tmp_path: Path, call: Call) -> None:
    name = 'Gabinete "CITES" \\ Moçambique'
    call("init", "--country", "MZ", "--name", name, tmp_path / "new")
    assert load_settings(tmp_path / "new", {}).gateway.authorities[0].name == name


def test_a_program_learns_what_was_made(tmp_path: Path, call: Call) -> None:
    answer = call("init", "--country", "MZ", tmp_path / "new", "--json")
    assert answer.json == {"directory": str(tmp_path / "new"), "country": "MZ", "authority": "MA"}


def test_the_published_example_is_what_init_writes() -> None:
    plan = Plan(
        IsoCountryCode("MZ"),
        "ANAC",
        "Administração Nacional das Áreas de Conservação",
        ("pt", "en"),
    )
    assert (CONF / "gateway.toml").read_text(encoding="utf-8") == plan.gateway_toml
    assert (CONF / "partners.toml").read_text(encoding="utf-8") == template("partners.toml")
