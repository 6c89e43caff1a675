"""Known facts about partners: a dialect file that contradicts one is refused.

A working directory may have a dialect file in place of a shipped one, as where a partner has
published an open point. Certain facts about that partner still hold.

Source: wire contract, by the section that each fact names; evidence E is the code of the hub,
unepwcmc/epix.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

ABSENT = None
"""Value of a fact: the key must not be there."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact about a dialect.

    key: dotted, as a message spells it.  expected: the only value; ABSENT: none.
    said: the fact, as the end of a sentence.  source: where it was seen.
    by_default: whether the key may be left out, as the value is its default.
    """

    key: str
    expected: object
    said: str
    source: str
    by_default: bool = False

    def sentence(self) -> str:
        """Expectation, and the fact that says so."""
        must = (
            "must not be given" if self.expected is ABSENT else f"must be {_written(self.expected)}"
        )
        return f"{must}: {self.said} ({self.source})"


_CZECH = "wire contract, section 10: unepwcmc/epix, czech_adapter.rb"
_SWISS = "wire contract, section 3.3: unepwcmc/epix, swiss_adapter.rb"
_HUB = "wire contract, section 9: unepwcmc/epix, soap_api_controller.rb"
_FORM = "wire contract, section 2: answers of real partners, unepwcmc/epix, spec/fixtures"

FACTS: Mapping[str, tuple[Fact, ...]] = {
    "czech": (
        Fact("operations.get_final", ABSENT, "the Czech service has GetDocument alone", _CZECH),
        Fact(
            "operations.confirm_quantities",
            ABSENT,
            "the Czech service has GetDocument alone",
            _CZECH,
        ),
        Fact("operations.service_state", ABSENT, "the Czech service has GetDocument alone", _CZECH),
        Fact(
            "operations.get_non_final.parameter",
            ["number"],
            "it takes one parameter, the number; no token and no country",
            _CZECH,
        ),
    ),
    "swiss": (
        Fact(
            "message.children",
            "unqualified",
            "it was reached with plain children",
            _FORM,
            by_default=True,
        ),
        Fact(
            "operations.service_state.parameter",
            [],
            "ServiceState is sent to it empty",
            _SWISS,
            by_default=True,
        ),
        Fact(
            "login.client_certificate",
            "required",
            "it asks for a client certificate",
            "wire contract, section 8: unepwcmc/epix, swiss_adapter.rb",
        ),
    ),
    "unep-hub": (
        Fact("message.style", "rpc/encoded", "the hub is rpc/encoded", _HUB),
        Fact("answer.envelope", "partner", "it answers with its partner's envelope", _HUB),
    ),
    "standard-v1": (
        Fact("message.namespace", "urn:CitesDataExchange/v1/", "answers of v1 are in it", _FORM),
        Fact(
            "message.children",
            "unqualified",
            "children of messages have no namespace",
            _FORM,
            by_default=True,
        ),
    ),
    "standard-v2": (
        Fact("message.namespace", "urn:CitesDataExchange/v2/", "answers of v2 are in it", _FORM),
        Fact(
            "message.children",
            "unqualified",
            "children of messages have no namespace",
            _FORM,
            by_default=True,
        ),
    ),
    "imsoc": (
        Fact(
            "login.message_security",
            "username-digest",
            "these services take a digest of the password",
            "evidence, row 2: test stubs of TRACES",
        ),
    ),
}
"""What is certain of a dialect, by its name."""


def contradictions(name: str, data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every contradiction: the dotted key, and what is expected of it.

    data: of the file, as TOML has it; parameters are compared by what they carry.
    """
    for fact in FACTS.get(name, ()):
        found = _value_at(data, fact.key)
        if found != fact.expected and not (found is None and fact.by_default):
            yield fact.key, fact.sentence()


def _value_at(data: Mapping[str, Any], key: str) -> Any:
    value: Any = data
    for step in key.split("."):
        if not isinstance(value, Mapping) or step not in value:
            return None
        value = value[step]
    if key.endswith(".parameter") and isinstance(value, list):
        return [each.get("carries") for each in value if isinstance(each, Mapping)]
    return value


def _written(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "empty"
    return f'"{value}"'
