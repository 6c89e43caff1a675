"""Dialect files: the shipped ones are whole, and every mistake in one is named with its line."""

from pathlib import Path

import pytest

from gateway.dialects import OPERATIONS, Carries, Dialect, Style
from gateway.domain.errors import OperationNotAvailable, SettingsInvalid
from gateway.domain.partner import OperationName
from gateway.settings import load_dialect, load_dialects
from gateway.settings.dialects import load
from gateway.settings.dialects.load import read_dialect

ROOT = Path(__file__).parents[3]
SHIPPED = ["czech", "imsoc", "standard-v1", "standard-v2", "swiss", "unep-hub"]
FOLDER = Path("conf/dialects")


def changed(folder: Path, name: str, there: str, instead: str, *, new: str = "") -> Path:
    """A working directory with a changed copy of a shipped file, under the same name or a new."""
    text = (ROOT / FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    assert there in text, there
    target = folder / FOLDER / f"{new or name}.toml"
    target.parent.mkdir(parents=True)
    target.write_text(text.replace(there, instead, 1), encoding="utf-8")
    return folder


def problems(directory: Path, name: str) -> tuple[SettingsInvalid, ...]:
    return read_dialect(name, directory).problems


def test_the_shipped_dialects_are_whole() -> None:
    assert sorted(load_dialects()) == SHIPPED


@pytest.mark.parametrize("name", SHIPPED)
def test_each_operation_is_there_or_missing_for_a_reason(name: str) -> None:
    dialect = load_dialects()[name]
    assert set(dialect.operations) | set(dialect.missing) == set(OPERATIONS)
    assert not set(dialect.operations) & set(dialect.missing)
    for operation in dialect.missing:
        with pytest.raises(OperationNotAvailable):
            dialect.operation(operation)


@pytest.mark.parametrize("name", SHIPPED)
def test_each_part_names_its_source(name: str) -> None:
    dialect = load_dialects()[name]
    parts = (dialect.form, dialect.login, dialect.answer, dialect.faults, dialect.reading)
    sources = [
        *(part.source for part in (*parts, *dialect.headers, *dialect.faults.mappings)),
        *(operation.source for operation in dialect.operations.values()),
        *dialect.missing.values(),
    ]
    assert all(
        any(word in source for word in ("wire contract", "evidence", "OPEN")) for source in sources
    )


def test_what_the_dialects_are_known_for() -> None:
    found = load_dialects()
    swiss, czech, hub = found["swiss"], found["czech"], found["unep-hub"]
    assert swiss.operation(OperationName.SERVICE_STATE).parameters == ()
    assert (swiss.wsdl, swiss.form.namespace) == (None, None)
    assert [each.carries for each in czech.operation(OperationName.GET_NON_FINAL).parameters] == [
        Carries.NUMBER
    ]
    assert czech.values_needed == {"username", "password"}
    assert hub.form.style is Style.RPC_ENCODED
    final = hub.operation(OperationName.GET_FINAL_AS_THE_HUB)
    assert final.spelled("snake").answer == "get_final_cites_certificate_response"
    assert found["imsoc"].values_needed == {"web_service_client_id"}
    assert found["imsoc"].values == {"web_service_client_id", "language", "body_identity"}


@pytest.mark.parametrize(
    ("words", "details", "meaning"),
    [
        ("AdapterNotAvailable", frozenset(), "AccessDenied"),
        ("This request took too long to process, sorry", frozenset(), "PartnerTimeout"),
        ("SomethingElse", frozenset(), None),
    ],
)
def test_a_fault_of_the_hub_means_one_of_our_codes(
    words: str, details: frozenset[tuple[str | None, str]], meaning: str | None
) -> None:
    assert load_dialects()["unep-hub"].faults.meaning(words, details) == meaning


def test_a_typed_fault_is_known_by_its_detail() -> None:
    faults = load_dialects()["imsoc"].faults
    detail = frozenset({("urn:any", "CitesCertificateNotFoundException")})
    assert faults.meaning("Certificate not found", detail) == "CertificateNotFound"
    assert faults.meaning("CitesCertificateNotFoundException", frozenset()) is None


WRONG = [
    # file, what stands there, what is put in its place, key, what is said of it
    ("swiss", 'style = "document/literal"', 'style = "rpc"', "message.style", "must be"),
    ("swiss", 'children = "un', 'chilldren = "un', "message.chilldren", "perhaps children"),
    ("unep-hub", '"unqualified"', '"qualified"', "message.children", "SOAP 1.1, section 7.1"),
    ("swiss", "[login]", "[login", None, "not TOML"),
    ("imsoc", "per_second = 5", "per_second = 0", "budget.per_second", "at least 1"),
    (
        "imsoc",
        '"AccessDenied"',
        '"SettingsInvalid"',
        "fault.known[2].means",
        "of the wire contract",
    ),
    (
        "imsoc",
        'element = "ID"',
        'element = "I D"',
        "operations.get_non_final.parameter[1].element",
        "local name",
    ),
    ("czech", "[missing]", "[missing]\nsource = 'x'", "missing.source", "is not a key"),
]


@pytest.mark.parametrize(("name", "there", "instead", "key", "said"), WRONG)
def test_a_wrong_key_is_named_with_file_and_line(
    tmp_path: Path, name: str, there: str, instead: str, key: str | None, said: str
) -> None:
    directory = changed(tmp_path, name, there, instead)
    (problem,) = problems(directory, name)
    assert (problem.file, problem.key) == (f"conf/dialects/{name}.toml", key)
    assert said in problem.text
    assert f"line {problem.line}" in problem.text
    lines = (directory / problem.file).read_text(encoding="utf-8").splitlines()
    assert instead.splitlines()[-1] in lines[(problem.line or 0) - 1]


CONTRADICTIONS = [
    # file, what stands there, what is put in its place, key, the fact
    (
        "czech",
        'confirm_quantities = "only',
        '# confirm_quantities = "only',
        "operations.confirm_quantities",
        "must be given, or missing.confirm_quantities",
    ),
    (
        "czech",
        'element = "ID"\ncarries = "number"',
        'element = "ID"\ncarries = "token"',
        "operations.get_non_final.parameter",
        "no token and no country (wire contract, section 10: unepwcmc/epix, czech_adapter.rb)",
    ),
    (
        "swiss",
        "[login]",
        '[[operations.service_state.parameter]]\nelement = "X"\ncarries = "country"\n[login]',
        "operations.service_state.parameter",
        "must be empty: ServiceState is sent to it empty (wire contract, section 3.3",
    ),
    (
        "unep-hub",
        'envelope = "partner"',
        'envelope = "own"',
        "answer.envelope",
        "it answers with its partner's envelope (wire contract, section 9",
    ),
    (
        "imsoc",
        'message_security = "username-digest"',
        'message_security = "username-text"',
        "login.message_security",
        "evidence, row 2",
    ),
]


@pytest.mark.parametrize(("name", "there", "instead", "key", "fact"), CONTRADICTIONS)
def test_a_file_that_contradicts_a_fact_is_refused(
    tmp_path: Path, name: str, there: str, instead: str, key: str, fact: str
) -> None:
    found = problems(changed(tmp_path, name, there, instead), name)
    assert any(problem.key == key and fact in problem.text for problem in found), [
        problem.text for problem in found
    ]


def test_an_operation_that_the_czech_service_lacks_contradicts_a_fact(tmp_path: Path) -> None:
    text = (ROOT / FOLDER / "czech.toml").read_text(encoding="utf-8")
    line = next(each for each in text.splitlines() if each.startswith("confirm_quantities"))
    table = (
        '[operations.confirm_quantities]\noperation = "Confirm"\nrequest = "Confirm"\n'
        'answer = "ConfirmResponse"\naction = "x"\nsource = "a wish"\n'
    )
    (tmp_path / FOLDER).mkdir(parents=True)
    (tmp_path / FOLDER / "czech.toml").write_text(text.replace(line, "") + table, encoding="utf-8")
    (problem,) = problems(tmp_path, "czech")
    assert problem.line == text.count("\n") + 1
    assert problem.key == "operations.confirm_quantities"
    assert "the Czech service has GetDocument alone (wire contract, section 10: " in problem.text


def test_every_mistake_is_named_in_one_run(tmp_path: Path) -> None:
    directory = changed(tmp_path, "imsoc", "per_second = 5", "per_second = 0\nwait_seconds = 900")
    found = problems(directory, "imsoc")
    assert [problem.key for problem in found] == ["budget.per_second", "budget.wait_seconds"]
    assert [problem.line for problem in found] == sorted(problem.line or 0 for problem in found)


def test_a_working_directory_adds_a_dialect(tmp_path: Path) -> None:
    directory = changed(tmp_path, "swiss", 'title = "Switz', 'title = "Elsewh', new="elsewhere")
    found = load_dialects(directory)
    assert sorted(found) == sorted([*SHIPPED, "elsewhere"])
    assert isinstance(found["elsewhere"], Dialect)
    assert found["elsewhere"].title.startswith("Elsewh")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("Swiss.toml", b"", "must be named by the dialect"),
        ("big.toml", b"#" * 300_000, "is longer than"),
        ("latin.toml", b'title = "\xe9"', "cannot be read as UTF-8"),
    ],
)
def test_a_file_that_is_no_dialect_file_says_so(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / FOLDER).mkdir(parents=True)
    (tmp_path / FOLDER / name).write_bytes(content)
    with pytest.raises(SettingsInvalid, match=said):
        load_dialects(tmp_path)


def test_an_installation_without_its_dialects_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load._shipped.cache_clear()
    with monkeypatch.context() as patched:
        patched.setattr(load, "shipped_folder", lambda: tmp_path)
        with pytest.raises(SettingsInvalid, match="conf/dialects of the installation is missing"):
            load_dialect("standard-v2")
    load._shipped.cache_clear()
    assert load_dialect("standard-v2").name == "standard-v2"
