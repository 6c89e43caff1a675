"""Keys of [[partner]] that do not fit its dialect: line, key, and the fact they contradict."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.domain.errors import SettingsInvalid
from gateway.domain.identifiers import IsoCountryCode
from gateway.settings import load_settings, settings_problems

PARTNERS = "conf/partners.toml"
HEAD = '\n[[partner]]\nkey = "p"\ncountry = "CZ"\naddress = "https://partner.example/"\n'
SECRET = '\n[partner.security]\nour_username = "mz"\nour_password_file = "keys/p-password"\n'
CLIENT_ID = 'values = { web_service_client_id = "x" }\n'
FINAL = 'final_operation = "GetFinalCertificate"\n'

Problems = Callable[[str], tuple[SettingsInvalid, ...]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("partner-keys") / "mz"
    make(directory, Plan(IsoCountryCode("MZ"), "ANAC"), DevelopmentCa())
    (directory / "keys/p-password").write_text("of-the-sample", encoding="utf-8")
    return directory


@pytest.fixture
def problems(made: Path) -> Problems:
    """`problems(keys)`: of a configuration with a partner that has these keys."""

    def of(keys: str) -> tuple[SettingsInvalid, ...]:
        return settings_problems(made, {}, {PARTNERS: f"# partners\n{HEAD}{keys}"})

    return of


@pytest.mark.parametrize(
    "keys",
    [
        'dialect = "swiss"\nservice_namespace = "urn:CitesDataExchange/v1/"\n',
        f'dialect = "czech"\nservice_namespace = "urn:cz"\n{SECRET}',
        'dialect = "unep-hub"\nspelling = "snake"\nversion = "v1"\n',
        f'dialect = "imsoc"\nservice_namespace = "urn:x"\n{CLIENT_ID}{SECRET}',
        'dialect = "standard-v1"\nfinal_operation = "GetFinalCertificate"\nsoap = "1.2"\n',
        "",
    ],
)
def test_a_partner_that_fits_its_dialect_is_right(problems: Problems, keys: str) -> None:
    assert [each.text for each in problems(keys)] == []


@pytest.mark.parametrize(
    ("keys", "key", "said"),
    [
        ('dialect = "chech"', "dialect", "must be the name of a dialect (perhaps czech is meant)"),
        (
            'dialect = "swiss"',
            "service_namespace",
            "must be given: the dialect swiss has none (wire contract, sections 2 and 3.1",
        ),
        (
            f'dialect = "czech"\nservice_namespace = "urn:cz"\nsend_country = true\n{SECRET}',
            "send_country",
            "must not be true: czech sends no country (wire contract, section 10",
        ),
        (
            f'dialect = "czech"\nservice_namespace = "u:x"\n{FINAL}{SECRET}',
            "final_operation",
            "must not be given with czech: only NonFinal exists: wire contract, section 10",
        ),
        (
            'dialect = "czech"\nservice_namespace = "urn:cz"',
            "security.our_username",
            "must be given with the dialect czech (wire contract, section 10",
        ),
        (
            f'dialect = "czech"\nservice_namespace = "urn:cz"\nsoap = "1.2"\n{SECRET}',
            "soap",
            "must be 1.1 with the dialect czech",
        ),
        (
            'dialect = "unep-hub"\nspelling = "kebab"',
            "spelling",
            "must be one of unep-hub: snake",
        ),
        (
            'dialect = "standard-v1"\nversion = "v2"',
            "version",
            "must be v1 with the dialect standard-v1",
        ),
        (
            f'dialect = "imsoc"\nservice_namespace = "urn:x"\n{SECRET}',
            "values.web_service_client_id",
            "must be given with the dialect imsoc (evidence, row 2",
        ),
        (
            'dialect = "unep-hub"\nvalues = { office = "x" }',
            "values.office",
            "must not be given: unep-hub has no such value",
        ),
        (
            'dialect = "unep-hub"\nvalues = { office = "a\\nb" }',
            "values.office",
            "must be a text in ASCII, in one line",
        ),
        (
            'dialect = "imsoc"\nservice_namespace = "urn:x"\n'
            f'values = {{ web_service_client_id = "x" }}\n{SECRET}outgoing = "username-text"\n',
            "security.outgoing",
            "must be username-digest with imsoc (evidence, row 2",
        ),
    ],
)
def test_a_key_that_does_not_fit_is_named(
    problems: Problems, keys: str, key: str, said: str
) -> None:
    found = [each for each in problems(keys) if each.key == f"partner[1].{key}"]
    assert len(found) == 1, [each.text for each in problems(keys)]
    (problem,) = found
    assert problem.text.startswith(f"{PARTNERS}, line {problem.line}: partner[1].{key} {said}")
    lines = f"# partners\n{HEAD}{keys}".splitlines()
    written = lines[(problem.line or 0) - 1]
    assert key.rpartition(".")[2] in written or "[[partner]]" in written or "values" in written


def test_the_example_of_the_page_is_right(made: Path) -> None:
    page = (Path(__file__).parents[3] / "docs/dialects.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    (made / "keys/cz-password").write_text("of-the-sample", encoding="utf-8")
    assert settings_problems(made, {}, {PARTNERS: example}) == ()


def test_a_password_never_goes_over_plain_http(made: Path) -> None:
    text = f'{HEAD}dialect = "czech"\nservice_namespace = "urn:cz"\n{SECRET}'.replace(
        "https://partner.example/", "http://127.0.0.1:9/"
    )
    (problem,) = settings_problems(made, {}, {PARTNERS: text})
    assert "address must begin with https://: czech sends a password" in problem.text


def test_a_dialect_that_needs_our_client_certificate_says_so(made: Path) -> None:
    gateway = (made / "conf/gateway.toml").read_text(encoding="utf-8")
    begin = gateway.index("[client]")
    end = gateway.index("[outbox]")
    keys = 'dialect = "swiss"\nservice_namespace = "urn:x"\n'
    texts = {"conf/gateway.toml": gateway[:begin] + gateway[end:], PARTNERS: HEAD + keys}
    (problem,) = settings_problems(made, {}, texts)
    assert problem.key == "partner[1].dialect"
    assert "certificate_file of [client]: swiss asks for one (wire contract, sec" in problem.text


def test_a_dialect_file_of_the_directory_is_checked_with_the_rest(tmp_path: Path) -> None:
    directory = tmp_path / "mz"
    make(directory, Plan(IsoCountryCode("MZ"), "ANAC"), DevelopmentCa())
    (directory / "conf/dialects").mkdir()
    (directory / "conf/dialects/own.toml").write_text('title = "x"\n[login]\n', encoding="utf-8")
    found = settings_problems(directory, {})
    assert {each.file for each in found} == {"conf/dialects/own.toml"}
    assert {"message", "answer", "login.client_certificate"} <= {each.key for each in found}
    with pytest.raises(SettingsInvalid, match=r"conf/dialects/own.toml"):
        load_settings(directory, {})
