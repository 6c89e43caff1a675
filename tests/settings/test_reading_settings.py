"""A right configuration becomes Settings; a wrong one is named with file, line, key and what belongs there."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from gateway.domain.endorsement import EndorsementRule, FinalAfter
from gateway.domain.errors import SettingsInvalid
from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.partner import ALL_OPERATIONS, Access, OperationName, Sees
from gateway.settings import ServerMode, load_settings, settings_problems


def spoil(directory: Path, old: str, new: str, file: str = "conf/gateway.toml") -> Path:
    """Replace one piece of a file, which must be there exactly once."""
    path = directory / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), encoding="utf-8")
    return directory


def test_a_right_configuration_is_read_whole(directory: Path) -> None:
    settings = load_settings(directory, {})
    (authority,) = settings.gateway.authorities
    assert authority.identity == Authority(IsoCountryCode("MZ"), "ANAC")
    assert authority.languages == ("pt", "en")
    assert authority.final_after is FinalAfter.ANY
    assert settings.server.mode is ServerMode.DIRECT_TLS
    assert (settings.server.listen.host, settings.server.listen.port) == ("127.0.0.1", 8443)
    assert not settings.sandbox
    za, ke = settings.partners
    assert za.partner.access == Access(ALL_OPERATIONS, Sees.NAMED)
    assert za.partner.access_at is None
    assert za.certificate_sha256 == ("0a" * 32,)
    assert ke.address == "https://epix.example.ke/epix/v2"


def test_an_authority_names_what_may_be_used_up_in_several_shipments(directory: Path) -> None:
    spoil(directory, '["pt", "en"]', '["pt"]\npartial_shipments = ["EXPORT", "PHYTO"]\nfinal_after = "export"')
    (authority,) = load_settings(directory, {}).gateway.authorities
    assert authority.rule == EndorsementRule(FinalAfter.EXPORT, frozenset({"EXPORT", "PHYTO"}))


def test_relative_paths_begin_at_the_working_directory(directory: Path) -> None:
    settings = load_settings(directory, {})
    assert settings.tokens.key_file == directory / "keys/token.key"
    assert settings.database.address == f"sqlite:///{directory}/data/gateway.sqlite"


def test_an_absolute_path_stays_where_it_is(directory: Path) -> None:
    spoil(directory, 'key_file = "keys/token.key"', f'key_file = "{directory}/keys/ca.pem"')
    assert load_settings(directory, {}).tokens.key_file == directory / "keys/ca.pem"


def test_a_gateway_may_have_no_partners_yet(directory: Path) -> None:
    (directory / "conf/partners.toml").unlink()
    assert load_settings(directory, {}).partners == ()


def test_settings_never_change_after_start(directory: Path) -> None:
    settings = load_settings(directory, {})
    with pytest.raises(ValidationError):
        settings.server.workers = 2  # type: ignore[misc]


def test_operations_of_a_partner_are_the_named_ones(directory: Path) -> None:
    spoil(directory, 'country = "ZA"', 'country = "ZA"\noperations = ["ServiceState"]', "conf/partners.toml")
    assert load_settings(directory, {}).partners[0].partner.access.operations == {OperationName.SERVICE_STATE}


def test_fingerprints_are_taken_as_openssl_prints_them(directory: Path) -> None:
    spoil(directory, "0a" * 32, ":".join(["0A"] * 32), "conf/partners.toml")
    assert load_settings(directory, {}).partners[0].certificate_sha256 == ("0a" * 32,)


def test_a_database_url_with_a_password_stays_in_its_file(directory: Path) -> None:
    (directory / "keys/url").write_text("postgresql://epix:geheim@db/epix\n")
    spoil(directory, "[tokens]", '[database]\nurl_file = "keys/url"\n[tokens]')
    settings = load_settings(directory, {})
    assert settings.database.address == "postgresql://epix:geheim@db/epix"
    assert "geheim" not in repr(settings)


P = "conf/partners.toml"
WRONG = [
    # what stands there, what is put in its place, file, line, key, what is said of it
    ("[server]", "[server]\nworkerz = 2", "conf/gateway.toml", 11, "server.workerz", "perhaps workers is meant"),
    ("[server]", "[server]\nworkers = 0", "conf/gateway.toml", 11, "server.workers", "must be at least 1"),
    ("[server]", '[server]\nworkers = "2"', "conf/gateway.toml", 11, "server.workers", "must be a whole number"),
    (
        "[server]",
        "[server]\nhead_timeout_seconds = 0",
        "conf/gateway.toml",
        11,
        "server.head_timeout_seconds",
        "more than 0",
    ),
    (
        "[server]",
        "[server]\nhead_timeout_seconds = nan",
        "conf/gateway.toml",
        11,
        "server.head_timeout_seconds",
        "must be",
    ),
    (
        "[server]",
        "[server]\nclient_certificate_required = 1",
        "conf/gateway.toml",
        11,
        "server.client_certificate_required",
        "must be true or false",
    ),
    ('"127.0.0.1:8443"', '"8443"', "conf/gateway.toml", 11, "server.listen", "must be HOST:PORT"),
    ('"127.0.0.1:8443"', '"127.0.0.1:84430"', "conf/gateway.toml", 11, "server.listen", "must be HOST:PORT"),
    ('"127.0.0.1:8443"', '"/run/epix.sock"', "conf/gateway.toml", 11, "server.listen", "must be HOST:PORT with mode"),
    ('"direct-tls"', '"plain"', "conf/gateway.toml", 12, "server.mode", "direct-tls, behind-proxy or plain-loopback"),
    ('"direct-tls"', '"behind-proxy"', "conf/gateway.toml", 10, "server.proxy_secret_file", "must be given with mode"),
    (
        '"127.0.0.1:8443"\nmode = "direct-tls"',
        '"0.0.0.0:80"\nmode = "plain-loopback"',
        "conf/gateway.toml",
        11,
        "server.listen",
        "must be a loopback address",
    ),
    (
        'client_ca_file = "keys/ca.pem"',
        "",
        "conf/gateway.toml",
        10,
        "server.client_ca_file",
        "must be given with mode direct-tls",
    ),
    (
        '"keys/ca.pem"',
        '"keys/none.pem"',
        "conf/gateway.toml",
        15,
        "server.client_ca_file",
        "must name a file that exists",
    ),
    ('"keys/ca.pem"', "5", "conf/gateway.toml", 15, "server.client_ca_file", "must be a text in quotes"),
    (
        'country = "MZ"',
        'country = "mz"',
        "conf/gateway.toml",
        5,
        "gateway.authorities[1].country",
        "two capital letters",
    ),
    ('country = "MZ"\n', "", "conf/gateway.toml", 4, "gateway.authorities[1].country", "is missing"),
    ('code = "ANAC"', 'code = "AN/AC"', "conf/gateway.toml", 6, "gateway.authorities[1].code", "must be 1 to 35 of"),
    ('["pt", "en"]', '["pt", "english"]', "conf/gateway.toml", 8, "gateway.authorities[1].languages[2]", "two letters"),
    ('["pt", "en"]', '"pt"', "conf/gateway.toml", 8, "gateway.authorities[1].languages", "must be a list"),
    (
        '["pt", "en"]',
        '["pt"]\nfinal_after = "import"',
        "conf/gateway.toml",
        9,
        "gateway.authorities[1].final_after",
        "any or export",
    ),
    *(
        (
            '["pt", "en"]',
            f'["pt"]\npartial_shipments = ["PHYTO", "{code}"]',
            "conf/gateway.toml",
            9,
            "gateway.authorities[1].partial_shipments[2]",
            expected,
        )
        for code, expected in [("export", "must be the code of a document type: EXPORT, "), ("MUSICAL", "a multi-use")]
    ),
    ("epix.example.mz", "epix.example.mz/epix", "conf/gateway.toml", 2, "gateway.public_address", "must be http"),
    ("[tokens]\n", "[tokens]\n[lists]\na = 1\n", "conf/gateway.toml", 18, "lists", "perhaps limits is meant"),
    ("[tokens]", "[[partner]]", "conf/gateway.toml", 17, "partner", "it belongs in conf/partners.toml"),
    ('[tokens]\nkey_file = "keys/token.key"', "", "conf/gateway.toml", None, "tokens", "is missing"),
    (
        "[tokens]",
        '[database]\nurl = "gateway.sqlite"\n[tokens]',
        "conf/gateway.toml",
        18,
        "database.url",
        "must be a database URL",
    ),
    (
        "[tokens]",
        '[database]\nurl = "sqlite:///x"\nurl_file = "keys/ca.pem"\n[tokens]',
        "conf/gateway.toml",
        19,
        "database.url_file",
        "must not stand beside url",
    ),
    (
        "[tokens]",
        '[database]\nreplica_url = "postgresql://epix@replica/epix"\n[tokens]',
        "conf/gateway.toml",
        18,
        "database.replica_url",
        "needs PostgreSQL on both sides",
    ),
    (
        "[tokens]",
        "[outbox]\nfirst_wait_seconds = 60.0\nlongest_wait_seconds = 30.0\n[tokens]",
        "conf/gateway.toml",
        19,
        "outbox.longest_wait_seconds",
        "must not be less than first_wait_seconds",
    ),
    (
        "[tokens]",
        '[client]\nkey_file = "keys/ca.pem"\n[tokens]',
        "conf/gateway.toml",
        17,
        "client.certificate_file",
        "go together",
    ),
    ('key = "ke"', 'key = "za"', P, 7, "partner[2].key", "another partner has that key"),
    ('key = "ke"', 'key = "Kenya!"', P, 7, "partner[2].key", "must be 1 to 35 of a-z"),
    (
        'country = "KE"',
        f'country = "KE"\ncertificate_sha256 = ["{"0a" * 32}"]',
        P,
        9,
        "partner[2].certificate_sha256",
        "certificate of another partner",
    ),
    (
        'country = "ZA"',
        'country = "KE"\naddress = "https://a.example/"',
        P,
        10,
        "partner[2].address",
        "another partner of this country",
    ),
    ('country = "KE"', 'country = "KE"\nversion = "v3"', P, 9, "partner[2].version", "must be v1 or v2"),
    (
        'country = "KE"',
        'country = "KE"\noperations = ["Delete"]',
        P,
        9,
        "partner[2].operations[1]",
        "must be GetNonFinal",
    ),
    ('country = "KE"', 'country = "KE"\ntimeout = 5', P, 9, "partner[2].timeout", "is not a key that is known here"),
    ("https://epix", "http://epix", P, 9, "partner[2].address", "must begin with https://"),
    ("https://epix", "ftp://epix", P, 9, "partner[2].address", "must be the full address"),
    ("0a0a0a", "zz", P, 4, "partner[1].certificate_sha256[1]", "64 hexadecimal digits"),
]


@pytest.mark.parametrize(
    ("old", "new", "file", "line", "key", "said"), WRONG, ids=[f"{w[4]} {w[5][:30]}" for w in WRONG]
)
def test_a_wrong_key_is_named_with_file_and_line(
    directory: Path, old: str, new: str, file: str, line: int | None, key: str, said: str
) -> None:
    text = (directory / file).read_text(encoding="utf-8")
    (directory / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    problems = settings_problems(directory, {})
    assert [(problem.file, problem.line, problem.key) for problem in problems] == [(file, line, key)]
    assert said in problems[0].text
    assert key in problems[0].text
    if line:
        assert f"{file}, line {line}: " in problems[0].text
    with pytest.raises(SettingsInvalid, match=r"\.$"):
        load_settings(directory, {})


def test_everything_that_is_wrong_is_told_at_once_in_the_order_of_lines(directory: Path) -> None:
    spoil(directory, '"127.0.0.1:8443"', '"here"')
    spoil(directory, 'country = "MZ"', 'country = "Mozambique"')
    spoil(directory, 'key = "za"', "key = 1", P)
    assert [(problem.file, problem.line) for problem in settings_problems(directory, {})] == [
        ("conf/gateway.toml", 5), ("conf/gateway.toml", 11), (P, 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [("[server]", "[server", 10), ('mode = "direct-tls"', 'mode = "direct', 12), ("[tokens]", "[server]", 17)],
)
def test_what_is_not_toml_is_named_with_its_line(directory: Path, old: str, new: str, line: int) -> None:
    (problem,) = settings_problems(spoil(directory, old, new), {})
    assert (problem.file, problem.line) == ("conf/gateway.toml", line)
    assert "not TOML" in problem.text


def test_a_folder_without_configuration_is_told_apart(tmp_path: Path) -> None:
    (problem,) = settings_problems(tmp_path, {})
    assert "conf/gateway.toml is missing" in problem.text


def test_a_file_of_another_encoding_is_refused(directory: Path) -> None:
    (directory / "conf/gateway.toml").write_bytes("name = 'Administração'".encode("latin-1"))
    (problem,) = settings_problems(directory, {})
    assert "UTF-8" in problem.text


def test_no_secret_or_value_is_repeated_in_an_error(directory: Path) -> None:
    spoil(directory, "[tokens]", '[database]\nurl = 5\nurlx = "postgresql://epix:geheim@db"\n[tokens]')
    assert all("geheim" not in problem.text for problem in settings_problems(directory, {}))


def test_a_partner_may_have_other_access_at_single_authorities(directory: Path) -> None:
    with (directory / "conf/partners.toml").open("a") as file:
        file.write('sees = "all"\n[[partner.access]]\nauthority = "MZ/ANAC"\noperations = ["ServiceState"]\n')
    ke = load_settings(directory, {}).partners[1].partner
    anac = Authority(IsoCountryCode("MZ"), "ANAC")
    assert ke.access_at == {anac: Access(frozenset({OperationName.SERVICE_STATE}), Sees.ALL)}


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        (["MZ/SEA"], r"partner\[2\].access\[1\].authority must be an authority that is served here: MZ/ANAC"),
        (["MZ"], r"must be as in MZ/ANAC"),
        (["MZ/ANAC", "MZ/ANAC"], r"partner\[2\].access\[2\].authority must not name one authority twice"),
    ],
)
def test_access_is_given_once_to_authorities_that_are_served(directory: Path, tables: list[str], said: str) -> None:
    with (directory / "conf/partners.toml").open("a") as file:
        file.writelines(f'[[partner.access]]\nauthority = "{authority}"\n' for authority in tables)
    with pytest.raises(SettingsInvalid, match=said):
        load_settings(directory, {})


def test_operators_are_answered_on_this_machine_unless_said_otherwise(directory: Path) -> None:
    assert not load_settings(directory, {}).operations.enabled
    assert str(load_settings(directory, {}).operations.listen) == "127.0.0.1:9464"
    everywhere = {"EPIX_OPERATIONS__LISTEN": "0.0.0.0:9464"}
    with pytest.raises(SettingsInvalid, match=r"operations\.listen must be a loopback address"):
        load_settings(directory, everywhere)
    assert load_settings(directory, {**everywhere, "EPIX_OPERATIONS__OPEN_TO_NETWORK": "true"}).operations.listen.host
