"""Whole credentials, verified by libraries that know nothing of this program.

credential/verifier.mjs has them: JWS with the keys of the issuer's document, the data model of the
W3C, JSON-LD with the context that the W3C publishes, dates, the status list. One process of Node.js
gets all cases. Each forgery is refused by the step that is there for it.
"""

import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from gateway.bootstrap import build
from gateway.domain.permit.status import Status
from gateway.exchange.permits.own_permits import PermitName
from gateway.settings import load_settings
from tests import programs
from tests.credential.gateways import BY, SITE, Authority, a_gateway_in
from tests.credential.issuing import payload, with_header
from tests.interop.conftest import install_packages
from tests.interop.stacks import built_once

HERE = Path(__file__).parent / "credential"
LIST = f"{SITE}/credentials/status/0-0"
DAY = timedelta(days=1)

pytestmark = pytest.mark.slow

Lists = Mapping[str, str]


@dataclass(frozen=True)
class Case:
    """A credential, the moment of its verification, and the status lists by their addresses."""

    token: str
    at: datetime
    lists: Lists

    def with_list(self, token: str) -> "Case":
        return replace(self, lists={**self.lists, LIST: token})


@dataclass(frozen=True)
class Forger:
    """Signs whatever it is given. key: the issuer's, or a stranger's.  header: of the issuer."""

    key: ECKey
    header: Mapping[str, str]

    def signed(self, token: str, members: Mapping[str, Any], **header: str) -> str:
        """The token with other members; None takes one away."""
        said = {name: value for name, value in (payload(token) | members).items() if value}
        text = json.dumps(said).encode()
        header = {**self.header, **header}
        return jws.serialize_compact(header, text, self.key, algorithms=["ES256"])


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    directory = tmp_path_factory.mktemp("credential") / "mz"
    a_gateway_in(directory)
    with build(load_settings(directory, {})) as gateway:
        yield Authority(gateway)


def cases(authority: Authority) -> Iterator[tuple[str, str, Case]]:
    """Each case with its name, and what its verdict begins with."""
    part = authority.gateway.credential
    token, ended, former = (
        authority.publish(f"MZ26EX00000{number}") for number in range(1, 4)
    )  # fmt: skip
    authority.gateway.permits.ending.end(PermitName("MZ", "MZ26EX000002"), Status.CANCELLED, BY)
    changed = authority.publish("MZ26EX000003", special_conditions=("Corrected.",))
    lists = {f"{SITE}/credentials/status/{name}": part.status_lists.token(name)
             for name in ("0-0", "1-0")}  # fmt: skip
    listed, now = lists[LIST], authority.gateway.clock()
    good = Case(token, now, lists)
    yield "as issued", "genuine", good
    yield "of a changed permit", "genuine", replace(good, token=changed)
    yield "of a cancelled permit", "status: the bit is set", replace(good, token=ended)
    yield "before the change", "status: the bit is set", replace(good, token=former)
    # Of 100 days, the last to its end; libraries forgive five minutes.
    yield "too late", "data model", replace(good, at=now + 102 * DAY)
    yield "too early", "data model", replace(good, at=now - DAY)
    yield "the list is of yesterday", "status", replace(good, at=now + 2 * DAY)

    header = jws.extract_compact(token.encode()).headers()
    issuer = Forger(ECKey.import_key(authority.paper_key()), header)
    stranger = Forger(ECKey.generate_key("P-256"), header)
    yield "signed with another library", "genuine", replace(good, token=issuer.signed(token, {}))
    for name, start, forged in (
        ("another key", "signature", stranger.signed(token, {})),
        ("a key that is not named", "signature", issuer.signed(token, {}, kid="did:web:x#0")),
        ("another type", "signature", issuer.signed(token, {}, typ="JWT")),
        ("no signature", "signature", with_header(token, alg="none").rpartition(".")[0] + "."),
        ("another issuer", "issuer", issuer.signed(token, {"issuer": {"id": "did:web:x"}})),
        ("no type", "data model", issuer.signed(token, {"type": None})),
        ("another model", "data model", issuer.signed(token, {"@context": ["urn:x"]})),
        ("a moment without a zone", "data model", issuer.signed(token, {"validFrom": "2026"})),
        ("a term of no context", "linked data", issuer.signed(token, {"unknown": "x"})),
    ):
        yield name, start, replace(good, token=forged)
    for at, part_name in enumerate(("header", "payload", "signature")):
        parts = token.split(".")
        middle = len(parts[at]) // 2
        other = "A" if parts[at][middle] != "A" else "B"
        parts[at] = parts[at][:middle] + other + parts[at][middle + 1 :]
        yield f"a byte of the {part_name}", "signature", replace(good, token=".".join(parts))

    for name, forged in (
        ("its list has another key", stranger.signed(listed, {})),
        ("its list has another type", issuer.signed(listed, {}, typ="JWT")),
        ("its list is of another issuer", issuer.signed(listed, {"issuer": "did:web:x"})),
        ("its list has another address", issuer.signed(listed, {"id": f"{SITE}/other"})),
        ("its list is a credential", token),
    ):
        yield name, "status", good.with_list(forged)


def test_each_credential_gets_its_verdict(
    authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> None:
    node, npm = programs.program("node", "nodejs"), programs.program("npm")
    folder = built_once(tmp_path_factory, "credential", partial(install_packages, npm, HERE))
    asked = {name: (begins, case) for name, begins, case in cases(authority)}
    text = json.dumps(
        {
            "did": json.loads(authority.gateway.credential.did_document()),
            "cases": {
                name: {"token": case.token, "now": case.at.astimezone(UTC).isoformat(),
                       "lists": dict(case.lists)}
                for name, (_, case) in asked.items()
            },
        }
    )  # fmt: skip
    done = subprocess.run(
        [node, str(folder / "verifier.mjs")], input=text, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr[-3000:]
    verdicts = json.loads(done.stdout)
    wrong = {name: (verdicts[name], begins) for name, (begins, _) in asked.items()
             if not verdicts[name].startswith(begins)}  # fmt: skip
    assert not wrong
    assert list(verdicts) == list(asked)
