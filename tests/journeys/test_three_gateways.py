"""Three real gateways over mutual TLS: a chain of three permits, over-used by one unit.

Mozambique exports 5, South Africa re-exports them, Switzerland re-exports 6 and traces its own.
"""

import json
import sys
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from gateway import bootstrap
from gateway.bootstrap import build
from gateway.cli.demo import two_gateways
from gateway.cli.demo.two_gateways import Country as Gateway
from gateway.cli.main import app
from gateway.cli.workdir import Plan
from gateway.cli.workdir import make as make_directory
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.permit.party import Address, Country, Party, Signatory
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import Origin
from gateway.domain.trace.named import DocumentName
from gateway.exchange.ports import NationalRecord
from tests.builders import AUTHORITY, a_permit
from tests.domain.trace.documents import box_12, box_12a, line
from tests.forked.commands import running
from tests.waiting import LONGEST_SECONDS

pytestmark = pytest.mark.slow

MZ = DocumentName("MZ", "MZ26EX000777")
ZA = DocumentName("ZA", "ZA26RX000777")
CH = DocumentName("CH", "CH26RX000777")


def countries(folder: Path) -> list[Gateway]:
    """Working directories; Switzerland is a partner of both others."""
    ca, made = bootstrap.DevelopmentCa(), []
    for code, name in (("MZ", "Mozambique"), ("ZA", "South Africa"), ("CH", "Switzerland")):
        plan = Plan(IsoCountryCode(code), "MA", name, ("en",), two_gateways.free_address())
        made.append(Gateway(plan, folder / code, ""))
        make_directory(made[-1].directory, plan, ca)
    for one in made:
        for other in made:
            if one is not other:
                two_gateways.introduce(one, to=other)
                with (other.directory / "conf/partners.toml").open("a") as file:
                    file.write('visibility = "all"\n')
    return made


def publish(country: Gateway, permit: Permit) -> None:
    with build(country.settings) as gateway:
        gateway.permits.publish.publish(NationalRecord("records.json", 1, permit, None))


def a_party(code: str) -> Party:
    address = replace(
        AUTHORITY.address or Address(), street=("1 Quay",), country=Country(code, code)
    )
    return replace(AUTHORITY, identifier=None, address=address)


def a_document(name: DocumentName, to: str, amount: str, **boxes: Any) -> Permit:
    """A permit of yesterday. boxes: 12 and 12a of a re-export."""
    at = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0) - timedelta(days=1)
    goods = line(amount, **{"origin": Origin(Country("MZ", "Mozambique")), **boxes})
    authority = a_party(name.country)
    return a_permit(
        name.number,
        type="REEXPORT" if boxes else "EXPORT",
        exporter=authority,
        importer=a_party(to),
        management_authority=Signatory("A", party=authority),
        issuer=Signatory("C", party=authority),
        positions=(goods,),
        issued_at=at,
        valid_from=at.replace(hour=0),
        valid_until=at.replace(hour=0) + timedelta(days=150),
    )


def trace(country: Gateway, status: int) -> Any:
    words = ["trace", *str(CH).split(), "--json", "--dir", str(country.directory)]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == status, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_over_use_by_one_unit_is_found_with_its_path(tmp_path: Path) -> None:
    mozambique, south_africa, switzerland = countries(tmp_path)
    publish(mozambique, a_document(MZ, "ZA", "5"))
    publish(south_africa, a_document(ZA, "CH", "5", origin=box_12(MZ)))
    publish(switzerland, a_document(CH, "NO", "6", origin=box_12(MZ), last_reexport=box_12a(ZA)))
    with ExitStack() as stack:
        for country in (mozambique, south_africa):
            command = [sys.executable, "-m", "gateway", "serve", "--quiet", "--dir"]
            stack.enter_context(
                running([*command, str(country.directory)], ready_seconds=LONGEST_SECONDS)
            )
        found = trace(switzerland, status=1)
    over, within = found["balances"]
    assert (over["number"], over["excess"], over["path"]) == (
        ZA.number,
        "1 NAR",
        [str(CH), str(ZA)],
    )
    assert (within["number"], within["standing"]) == (MZ.number, "within")
    (chain,) = found["chains"]
    assert (chain["path"], chain["closes"]) == ([str(CH), str(ZA), str(MZ)], True)
    later = trace(switzerland, status=1)  # nobody answers any more: the copies are fresh
    assert later["questions"] == 0
    assert {each["known"] for each in later["tree"]["documents"]} == {"copy"}
    with build(switzerland.settings) as gateway:
        assert gateway.store.reexports.naming(MZ, 9) == [ZA]
