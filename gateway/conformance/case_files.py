"""Case files: the TOML in `cases`, read into test cases; every mistake in them is a ValueError.

A key `word` of a case makes a second case of it: the refusal is named by a word of the contract,
which a service should use and may lack.
"""

import tomllib
from collections.abc import Iterator, Mapping
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
    words = values.pop("word", None)
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


def _word_case(case: Case, words: list[str]) -> Case:
    named = " or ".join(words)
    return Case(
        id=f"{case.id}w",
        group=case.group,
        title=f"{case.title}: the fault is named {named}",
        purpose="A program acts on the word of a fault; a sentence is for a person alone.",
        requirement="5",
        weight=Weight.SHOULD,
        expect={"fault": words},
        cause="The service uses a word of its own, or a general one, for this fault.",
        cure=f"Write {named} as faultstring (SOAP 1.2: Reason) and as Code of the detail.",
        of=case.id,
        soap=case.soap,
        writes=case.writes,
        once=case.once,
        fresh=case.fresh,
    )
