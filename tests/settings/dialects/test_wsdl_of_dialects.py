"""Dialects and their WSDLs say the same; a difference is named with the line of each."""

import shutil
from pathlib import Path

import pytest

import wsdl
from gateway.domain.errors import SettingsInvalid
from gateway.settings import load_dialects
from gateway.settings.dialects.load import read_dialect
from gateway.settings.dialects.wsdl_fit import wsdl_mistakes

ROOT = Path(__file__).parents[3]
OWN_HUB = "epix-hub.wsdl"
"""Of our own endpoint in the flavour of the hub, which is no partner's service."""
WITH_WSDL = [name for name, dialect in load_dialects().items() if dialect.wsdl]


@pytest.mark.parametrize("name", WITH_WSDL)
def test_a_shipped_dialect_says_what_its_wsdl_says(name: str) -> None:
    assert list(wsdl_mistakes(load_dialects()[name], (wsdl.directory(),))) == []


def test_every_shipped_wsdl_belongs_to_a_dialect() -> None:
    named = {dialect.wsdl for dialect in load_dialects().values()} - {None}
    assert named == {file.name for file in wsdl.directory().glob("*.wsdl")} - {OWN_HUB}


def working_directory(folder: Path, there: str, instead: str, *, wsdl_too: bool = True) -> Path:
    """A working directory with a changed copy of the hub's dialect, and its WSDL as `own.wsdl`."""
    (folder / "conf/dialects").mkdir(parents=True)
    (folder / "wsdl").mkdir()
    text = (ROOT / "conf/dialects/unep-hub.toml").read_text(encoding="utf-8")
    assert there in text
    text = text.replace(there, instead).replace('"unep-hub.wsdl"', '"own.wsdl"')
    (folder / "conf/dialects/own.toml").write_text(text, encoding="utf-8")
    if wsdl_too:
        shutil.copy(wsdl.directory() / "unep-hub.wsdl", folder / "wsdl/own.wsdl")
    return folder


@pytest.mark.parametrize(
    ("there", "instead", "key", "said"),
    [
        (
            'action = "service_state"',
            'action = "serviceState"',
            "operations.service_state.spelled[1].action",
            'must be "service_state" as in own.wsdl, line ',
        ),
        (
            'operation = "ConfirmQuantities"',
            'operation = "Confirm"',
            "operations.confirm_quantities.operation",
            "must be an operation of own.wsdl: GetNonFinalCitesCertificate, ",
        ),
        (
            'answer = "GetFinalCitesCertificateResponse"',
            'answer = "GetFinalCitesCertificateAnswer"',
            "operations.get_final.answer",
            'must be "GetFinalCitesCertificateResponse" as in own.wsdl',
        ),
        (
            'namespace = "urn:CitesDataExchange"',
            'namespace = "urn:other"',
            "message.namespace",
            'must be "urn:CitesDataExchange" as in own.wsdl',
        ),
        (
            'element = "ConfirmedQuantities"',
            'element = "Confirmed"',
            "operations.confirm_quantities.parameter[4].element",
            "must be one of CertificateNumber, TokenId, IsoCountryCode, ConfirmedQuantities",
        ),
        (
            'style = "rpc/encoded"',
            'style = "document/literal"',
            "message.style",
            'must be "rpc/encoded" as in own.wsdl',
        ),
    ],
)
def test_a_difference_is_named(
    tmp_path: Path, there: str, instead: str, key: str, said: str
) -> None:
    problems = read_dialect("own", working_directory(tmp_path, there, instead)).problems
    (problem,) = (each for each in problems if each.key == key)
    assert said in problem.text
    lines = (tmp_path / "conf/dialects/own.toml").read_text(encoding="utf-8").splitlines()
    assert instead in lines[(problem.line or 0) - 1]


def test_a_wsdl_that_is_not_there_is_named(tmp_path: Path) -> None:
    directory = working_directory(tmp_path, "title", "title", wsdl_too=False)
    with pytest.raises(SettingsInvalid, match=r"wsdl must be a file in wsdl/: there is no own"):
        load_dialects(directory)


def test_a_wsdl_of_no_use_is_named(tmp_path: Path) -> None:
    directory = working_directory(tmp_path, "title", "title")
    (directory / "wsdl/own.wsdl").write_text("<html/>", encoding="utf-8")
    with pytest.raises(SettingsInvalid, match=r"line \d+: wsdl must be a WSDL 1.1: own.wsdl is no"):
        load_dialects(directory)
