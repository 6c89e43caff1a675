"""Message of shared mismatches: JSON between two gateways, written strictly and read with bounds.

A message has the differences of which the sender has something to tell, each with its figure and
with all acts of its persons. So a message can be repeated or lost: the next one says all again.
Source: docs/shared-mismatches.md.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.domain.errors import GatewayError, InvalidRequest
from gateway.domain.foreign_text import first_unsafe
from gateway.domain.identifiers import CertificateNumber, IsoCountryCode
from gateway.domain.permit.quantity import Quantity, amount
from gateway.domain.report.shared import (
    MOST_ACTS,
    Act,
    ActingPerson,
    ActKind,
    ActRefusal,
    Figure,
    PersonRole,
    SharedMismatch,
)
from gateway.domain.white_space import collapsed
from gateway.exchange.canonical_json import canonical, moment, parse_json

MOST_BYTES = 256 * 1024
MOST_DIFFERENCES = 100
LONGEST_REASON = 300
_POSITION = re.compile(r"[!-~]{1,35}")
_UNIT = re.compile(r"[A-Z0-9]{2,3}")
_AUTHORITY = re.compile(r"[A-Z]{2}/[A-Za-z0-9._-]{1,35}")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CODE = re.compile(r"[a-z]{1,20}")


@dataclass(frozen=True, slots=True)
class SharedLine:
    """A line by the names that both gateways have. country: that issued the permit."""

    country: str
    number: str
    position: str


@dataclass(frozen=True, slots=True)
class Told:
    """A difference as the partner tells it. figure: of the partner."""

    line: SharedLine
    figure: Figure
    acts: tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Outcome of a difference: `taken`, or the reason. acts: the same of each act, by id."""

    result: str
    acts: Mapping[str, str]


def write_message(told: Sequence[tuple[SharedLine, SharedMismatch]]) -> bytes:
    """Write what we tell of differences."""
    return canonical(
        {
            "v": 1,
            "differences": [
                {**_names(line), "figure": _figure(shared.ours), "acts": list(_own_acts(shared))}
                for line, shared in told
            ],
        }
    )


def _names(line: SharedLine) -> dict[str, str]:
    return {"issuer": line.country, "number": line.number, "line": line.position}


def _figure(figure: Figure) -> dict[str, str | None]:
    quantity, _, unit = figure.quantity.rpartition(" ")
    return {"quantity": quantity or None, "unit": unit or None, "as_of": moment(figure.as_of)}


def _own_acts(shared: SharedMismatch) -> Iterator[dict[str, object]]:
    for act in shared.counting:
        if act.ours:
            quantity, _, unit = act.quantity.rpartition(" ")
            yield {
                "id": act.id,
                "version": act.version,
                "kind": act.kind.value,
                "quantity": quantity,
                "unit": unit,
                "role": act.by.role.value,
                "authority": act.by.authority,
                "reason": act.by.reason,
                "at": moment(act.at),
            }


def read_message(content: bytes, country: IsoCountryCode) -> list[Told | ActRefusal]:
    """Read a message of a partner; a difference that is not as it must be becomes INVALID.

    country: that the partner acts for.  Raises InvalidRequest for anything else than a message.
    """
    found = _object(content).get("differences")
    if not isinstance(found, list) or len(found) > MOST_DIFFERENCES:
        raise InvalidRequest(f"A message has a list of at most {MOST_DIFFERENCES} differences.")
    return [_told(each, country) for each in found]


def _object(content: bytes) -> dict[str, Any]:
    if len(content) > MOST_BYTES:
        raise InvalidRequest(f"A message has at most {MOST_BYTES} bytes.")
    try:
        parsed = parse_json(content)
    except ValueError:
        raise InvalidRequest("The message is no JSON.") from None
    if not isinstance(parsed, dict) or parsed.get("v") != 1:
        raise InvalidRequest("The message is none of version 1.")
    return parsed


def _told(found: object, country: IsoCountryCode) -> Told | ActRefusal:
    try:
        return _difference(_dict(found), country)
    except (GatewayError, ValueError, KeyError, TypeError, OverflowError):
        return ActRefusal.INVALID


def _difference(found: dict[str, Any], country: IsoCountryCode) -> Told:
    line = SharedLine(
        IsoCountryCode.parse(_text(found["issuer"], 2)).text,
        CertificateNumber.of_partner(_text(found["number"], 70)).text,
        _matching(_POSITION, found["line"]),
    )
    acts = found["acts"]
    if not isinstance(acts, list) or len(acts) > MOST_ACTS:
        raise ValueError
    figure = _dict(found["figure"])
    has_quantity = figure["quantity"] is not None
    quantity = _quantity(figure, line.position) if has_quantity else ""
    return Told(
        line,
        Figure(quantity, _moment(figure["as_of"])),
        tuple(_act(_dict(act), line.position, country) for act in acts),
    )


def _act(found: dict[str, Any], position: str, country: IsoCountryCode) -> Act:
    authority = _matching(_AUTHORITY, found["authority"])
    reason = collapsed(_text(found["reason"], LONGEST_REASON))
    if not authority.startswith(f"{country.text}/") or first_unsafe(reason) is not None:
        raise ValueError
    version = found["version"]
    if type(version) is not int or not 1 <= version <= MOST_ACTS:
        raise ValueError
    return Act(
        _matching(_ID, found["id"]),
        version,
        ActKind(found["kind"]),
        False,
        _quantity(found, position),
        ActingPerson(PersonRole(found["role"]), authority, reason),
        _moment(found["at"]),
    )


def _quantity(found: dict[str, Any], position: str) -> str:
    """Amount and unit as we write them, so that both sides compare the same text."""
    read = amount(_text(found["quantity"], 40), position=position)
    return str(Quantity(read, _matching(_UNIT, found["unit"])))


def write_outcomes(outcomes: Sequence[Outcome]) -> bytes:
    """Write the answer: the outcome of each difference, in the order of the message."""
    return canonical(
        {"v": 1, "outcomes": [{"result": each.result, "acts": each.acts} for each in outcomes]}
    )


def read_outcomes(content: bytes, count: int) -> list[Outcome]:
    """Read the answer to a message of so many differences. Raises InvalidRequest."""
    found = _object(content).get("outcomes")
    if not isinstance(found, list) or len(found) != count:
        raise InvalidRequest("The answer does not tell of each difference.")
    try:
        return [
            Outcome(
                _matching(_CODE, _dict(each)["result"]),
                {
                    _matching(_ID, name): _matching(_CODE, result)
                    for name, result in _dict(each["acts"]).items()
                },
            )
            for each in found
        ]
    except (ValueError, KeyError, TypeError):
        raise InvalidRequest("The answer is not what the format says.") from None


def _dict(found: object) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise ValueError
    return found


def _text(found: object, most: int) -> str:
    if not isinstance(found, str) or not 0 < len(found) <= most:
        raise ValueError
    return found


def _matching(pattern: re.Pattern[str], found: object) -> str:
    if not isinstance(found, str) or not pattern.fullmatch(found):
        raise ValueError
    return found


def _moment(found: object) -> datetime:
    at = datetime.fromisoformat(_text(found, 40))
    if at.tzinfo is None:
        raise ValueError
    moment(at)  # ValueError for a moment that UTC cannot hold
    return at
