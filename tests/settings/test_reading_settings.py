"""Reading of settings: a wrong key is named with file, line and expected value."""

from pathlib import Path

import pytest

from gateway.domain.errors import SettingsInvalid
from gateway.settings import load_settings, settings_problems
from tests.settings.conftest import spoil

P = "conf/partners.toml"
WRONG = [
    # what stands there, what is put in its place, file, line, key, what is said of it
    (
        "[server]",
        "[server]\nworkerz = 2",
        "conf/gateway.toml",
        11,
        "server.workerz",
        "perhaps workers is meant",
    ),
    (
        "[server]",
        "[server]\nworkers = 0",
        "conf/gateway.toml",
        11,
        "server.workers",
        "must be at least 1",
    ),
    (
        "[server]",
        '[server]\nworkers = "2"',
        "conf/gateway.toml",
        11,
        "server.workers",
        "must be a whole number",
    ),
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
    (
        '"127.0.0.1:8443"',
        '"127.0.0.1:84430"',
        "conf/gateway.toml",
        11,
        "server.listen",
        "must be HOST:PORT",
    ),
    (
        '"127.0.0.1:8443"',
        '"/run/epix.sock"',
        "conf/gateway.toml",
        11,
        "server.listen",
        "must be HOST:PORT with mode",
    ),
    (
        '"direct-tls"',
        '"plain"',
        "conf/gateway.toml",
        12,
        "server.mode",
        "direct-tls, behind-proxy, plain-loopback or sandbox-tls",
    ),
    (
        '"direct-tls"',
        '"direct-tls"\nreset_minutes = 60',
        "conf/gateway.toml",
        13,
        "server.reset_minutes",
        "must be 0: only a sandbox is reset",
    ),
    (
        '"direct-tls"',
        '"behind-proxy"',
        "conf/gateway.toml",
        10,
        "server.proxy_secret_file",
        "must be given with mode",
    ),
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
    (
        '"keys/ca.pem"',
        "5",
        "conf/gateway.toml",
        15,
        "server.client_ca_file",
        "must be a text in quotes",
    ),
    (
        'country = "MZ"',
        'country = "mz"',
        "conf/gateway.toml",
        5,
        "gateway.authorities[1].country",
        "two capital letters",
    ),
    (
        'country = "MZ"\n',
        "",
        "conf/gateway.toml",
        4,
        "gateway.authorities[1].country",
        "is missing",
    ),
    (
        'code = "ANAC"',
        'code = "AN/AC"',
        "conf/gateway.toml",
        6,
        "gateway.authorities[1].code",
        "must be 1 to 35 of",
    ),
    (
        '["pt", "en"]',
        '["pt", "english"]',
        "conf/gateway.toml",
        8,
        "gateway.authorities[1].languages[2]",
        "two letters",
    ),
    (
        '["pt", "en"]',
        '"pt"',
        "conf/gateway.toml",
        8,
        "gateway.authorities[1].languages",
        "must be a list",
    ),
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
        for code, expected in [
            ("export", "must be the code of a document type: EXPORT, "),
            ("MUSICAL", "a multi-use"),
        ]
    ),
    (
        "epix.example.mz",
        "epix.example.mz/epix",
        "conf/gateway.toml",
        2,
        "gateway.public_address",
        "must be http",
    ),
    (
        "[gateway]",
        '[gateway]\nhub_answers = "v3"',
        "conf/gateway.toml",
        2,
        "gateway.hub_answers",
        "v1",
    ),
    (
        "[tokens]\n",
        "[tokens]\n[lists]\na = 1\n",
        "conf/gateway.toml",
        18,
        "lists",
        "perhaps limits is meant",
    ),
    (
        "[tokens]",
        "[[partner]]",
        "conf/gateway.toml",
        17,
        "partner",
        "it belongs in conf/partners.toml",
    ),
    (
        '[tokens]\nkey_file = "keys/token.key"',
        "",
        "conf/gateway.toml",
        None,
        "tokens",
        "is missing",
    ),
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
        '[database]\nprune_url = "postgresql://epix_prune@db1/epix"\n[tokens]',
        "conf/gateway.toml",
        18,
        "database.prune_url",
        "needs PostgreSQL on both sides",
    ),
    (
        "[tokens]",
        "[outbox]\ninitial_backoff_seconds = 60.0\nmax_backoff_seconds = 30.0\n[tokens]",
        "conf/gateway.toml",
        19,
        "outbox.max_backoff_seconds",
        "must not be less than initial_backoff_seconds",
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
    (
        'country = "KE"',
        'country = "KE"\nversion = "v3"',
        P,
        9,
        "partner[2].version",
        "must be v1 or v2",
    ),
    (
        'country = "KE"',
        'country = "KE"\noperations = ["Delete"]',
        P,
        9,
        "partner[2].operations[1]",
        "must be GetNonFinal",
    ),
    (
        'country = "KE"',
        'country = "KE"\ntimeout = 5',
        P,
        9,
        "partner[2].timeout",
        "is not a key that is known here",
    ),
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
    assert [(problem.file, problem.line, problem.key) for problem in problems] == [
        (file, line, key)
    ]
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
        ("conf/gateway.toml", 5),
        ("conf/gateway.toml", 11),
        (P, 2),
    ]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("[server]", "[server", 10),
        ('mode = "direct-tls"', 'mode = "direct', 12),
        ("[tokens]", "[server]", 17),
    ],
)
def test_what_is_not_toml_is_named_with_its_line(
    directory: Path, old: str, new: str, line: int
) -> None:
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
    spoil(
        directory, "[tokens]", '[database]\nurl = 5\nurlx = "postgresql://epix:geheim@db"\n[tokens]'
    )
    assert all("geheim" not in problem.text for problem in settings_problems(directory, {}))
