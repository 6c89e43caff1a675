"""`conformance`: words of its commands, and mistakes that are named before anything is sent."""

from pathlib import Path

import pytest

from gateway.conformance.case_files import all_cases
from tests.cli.conftest import Call, call  # noqa: F401  # a fixture

NOWHERE = "http://127.0.0.1:9/epix/v2"


def test_all_cases_are_listed_and_one_is_shown(call: Call) -> None:  # noqa: F811
    listed = call("conformance", "cases", "--json")
    assert [case["id"] for case in listed.json] == [case.id for case in all_cases()]
    shown = call("conformance", "cases", "t03")
    assert "same words" in shown.out and "What to do" in shown.out
    assert call("conformance", "cases").out.count("\n") > 100
    unknown = call("conformance", "cases", "Q99")
    assert (unknown.status, "There is no case Q99." in unknown.err) == (1, True)


@pytest.mark.slow
def test_an_address_alone_means_run(call: Call) -> None:  # noqa: F811
    answer = call("conformance", NOWHERE)
    assert answer.status == 2
    assert "--country" in answer.err
    assert "run" in call("conformance", "--help").out


def test_without_permits_nothing_is_asked(call: Call) -> None:  # noqa: F811
    answer = call("conformance", NOWHERE, "--country", "ZA")
    assert (answer.status, "There are no sample permits" in answer.err) == (1, True)
    both = ("--permits", "x.toml", "--permit", "ZA1")
    assert call("conformance", NOWHERE, "--country", "ZA", *both).status == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[permit]]\nkind = "issued"\n', ["line 1", "permit[1].number is missing"]),
        (
            '[[permit]]\nkind = "isued"\nnumber = "1"\n',
            ["line 2", "permit[1].kind must be", "without-token"],
        ),
        (
            '[[permit]]\nkind = "issued"\nnumber = "1"\ntokn = "x"\n',
            ["line 4", "permit[1].tokn is not a key", "token"],
        ),
        (
            '[[permit]]\nkind = "final"\nnumber = "1"\n\n[[permit]]\nkind = "final"\nnumber = "2"',
            ["line 6", "permit[2].kind must stand once"],
        ),
        ('[[permit]\nkind = "issued"', ["not TOML"]),
        ("", ["permit is missing"]),
    ],
    ids=["number", "kind", "key", "twice", "toml", "empty"],
)
def test_a_wrong_file_of_permits_names_line_and_key(
    text: str,
    words: list[str],
    call: Call,  # noqa: F811
    tmp_path: Path,
) -> None:
    file = tmp_path / "permits.toml"
    file.write_text(text)
    answer = call("conformance", NOWHERE, "--country", "ZA", "--permits", file)
    assert answer.status == 60
    for word in words:
        assert word in answer.err


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://permits.example/epix/v2", "must begin with https://"),
        ("permits.example", "must be a whole URL"),
        ("https://user@permits.example/", "without user name"),
    ],
)
def test_a_wrong_address_is_named(
    address: str,
    words: str,
    call: Call,  # noqa: F811
) -> None:
    answer = call("conformance", address, "--country", "MZ")
    assert (answer.status, words in answer.err) == (1, True)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--dialect", "klingon"), "There is no dialect klingon."),
        (("--dialect", "swiss"), "service_namespace: the dialect swiss has none"),
        (("--dialect", "imsoc"), "The dialect imsoc needs web_service_client_id"),
    ],
)
def test_a_dialect_that_cannot_be_spoken_is_named(
    options: tuple[str, str],
    words: str,
    call: Call,  # noqa: F811
) -> None:
    answer = call("conformance", NOWHERE, "--country", "MZ", *options)
    assert (answer.status, words in answer.err) == (1, True), answer.err


def test_an_address_where_nothing_answers_is_named(
    call: Call,  # noqa: F811
    tmp_path: Path,
) -> None:
    answer = call("conformance", NOWHERE, "--country", "MZ", "--out", tmp_path / "report")
    assert answer.status == 1
    assert f"{NOWHERE} does not say which contract version it speaks: it refused" in answer.err
    assert not (tmp_path / "report").exists()
