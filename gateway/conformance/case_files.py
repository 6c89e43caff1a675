"""Case files: the TOML in `cases`, read into test cases; every mistake in them is a ValueError.

Two keys of a case make a further case of its exchange: with `word` the fault should have that name
of the contract, with `blames_caller` it should say that the caller can correct it.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Any

from gateway.conformance.case import Case, RequestForm, Weight
from gateway.wire.soap_version import SoapVersion

_FILES = (
    "contract_files",
    "state",
    "permits",
    "messages",
    "identity",
    "hostile",
    "faults",
    "confirmations",
)
"""In the order in which they are run: refusals before what is confirmed for good."""
_SOAP = {"1.1": SoapVersion.V1_1, "1.2": SoapVersion.V1_2}


@cache
def all_cases() -> tuple[Case, ...]:
    """Every case in its order. Raises ValueError for a file that is wrong."""
    cases = tuple(case for name in _FILES for case in _of_file(name))
    known: set[str] = set()
    for case in cases:
        if case.id in known or (case.of is not None and case.of not in known):
            raise ValueError(f"{case.id}: stands twice, or before the case that it judges")
        known.add(case.id)
    return cases


def _of_file(name: str) -> Iterator[Case]:
    folder = resources.files(__package__) / "cases"
    data = tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))
    for row in data["case"]:
        yield from _cases(row, data["group"])


def _cases(row: Mapping[str, Any], group: str) -> Iterator[Case]:
    values = dict(row)
    words, blames_caller = values.pop("word", None), values.pop("blames_caller", False)
    request = values.pop("request", None)
    soap = tuple(_SOAP[each] for each in values.pop("soap", ["1.1"]))
    if (request is None) == ("of" not in values):
        raise ValueError(f"{values['id']}: has either `request` or `of`")
    case = Case(
        **{**values, "weight": Weight(values["weight"])},
        group=group,
        soap=soap,
        request=None if request is None else RequestForm(**request),
    )
    yield case
    if words:
        yield _word_case(case, words)
    if blames_caller:
        yield _blame_case(case)


def _word_case(case: Case, words: list[str]) -> Case:
    named = " or ".join(words)
    return _of_exchange(
        case,
        f"{case.id}w",
        title=f"{case.title}: the fault is named {named}",
        purpose="A program acts on the word of a fault; a sentence is for a person alone.",
        expect={"fault": words},
        cause="The service uses a word of its own, or a general one, for this fault.",
        cure=f"Write {named} as faultstring (SOAP 1.2: Reason) and as Code of the detail.",
    )


def _blame_case(case: Case) -> Case:
    return _of_exchange(
        case,
        f"{case.id}c",
        title=f"{case.title}: the fault blames the caller",
        purpose="A fault of the service makes a caller send the same request again.",
        expect={"blames_caller": True},
        cause="The framework writes Server (SOAP 1.2: Receiver) where nothing else is said.",
        cure="Write Client (SOAP 1.2: Sender) as code of each fault that the caller can correct.",
    )


def _of_exchange(case: Case, identity: str, **values: Any) -> Case:
    return replace(
        case,
        id=identity,
        requirement="5",
        weight=Weight.SHOULD,
        request=None,
        of=case.of or case.id,
        **values,
    )
