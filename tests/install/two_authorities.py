"""Two authorities from install to exchange: their values, CAs and first permits."""

import csv
import io
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import Any

from tests.install.following import Side, installed, introduced
from tests.install.machine import Machine, connected
from tests.pki import NOW, Authority

OF_ZA = {
    "COUNTRY=MZ": "COUNTRY=ZA",
    "AUTHORITY=ANAC": "AUTHORITY=DFFE",
    "HOST=epix.example.mz": "HOST=epix.example.za",
    "Administração Nacional das Áreas de Conservação": "Department of Forestry",
}
OF_ZA_AS_PARTNER = {
    "COUNTRY=MZ PERSON='Tomás Sitoe' CONTACT='CITES office of ANAC'": "COUNTRY=ZA"
    " PERSON='Lerato Dlamini' CONTACT='CITES office of DFFE'",
    "+258 21 000 000": "+27 12 000 0000",
    "first-permit.json OUR_NUMBER=MZ26EX000101": "first-permit.csv OUR_NUMBER=ZA26EX000201",
    "PARTNER=za PARTNER_COUNTRY=ZA PARTNER_CONTACT='Lerato Dlamini'": "PARTNER=mz"
    " PARTNER_COUNTRY=MZ PARTNER_CONTACT='Tomás Sitoe'",
    "PARTNER_NUMBER=ZA26EX000201 PARTNER_QUANTITIES='A=5'": "PARTNER_NUMBER=MZ26EX000101"
    " PARTNER_QUANTITIES='A=1200 B=850.5'",
}
NAMES = {"epix.example.mz": "10.99.0.1", "epix.example.za": "10.99.0.2"}
_TODAY = {
    "issued_at": f"{NOW - timedelta(days=1):%Y-%m-%d}",
    "valid_until": f"{NOW + timedelta(days=150):%Y-%m-%d}",
}


def exchange(
    mz: Machine, za: Machine, folder: Path, *, bare: bool, postgres: bool = False
) -> tuple[int, int]:
    """Follow both pages for both. Returns the commands of each page that one side has pasted."""
    connected(mz, za, NAMES)

    def install(machine: Machine, name: str, values: dict[str, str]) -> int:
        ca = Authority(folder, name, until=NOW + timedelta(days=900))
        return installed(machine, ca, values, bare=bare, postgres=postgres)

    with ThreadPoolExecutor(2) as persons:
        count, _ = persons.map(install, (mz, za), ("ca of mz", "ca of za"), ({}, OF_ZA))
    ours, theirs = _of_mozambique(), _of_south_africa()
    return count, introduced(
        Side(mz, "MZ", {}, ("first-permit.json", json.dumps([ours])), ours["token"]),
        Side(za, "ZA", OF_ZA_AS_PARTNER, ("first-permit.csv", theirs[0]), theirs[1]),
    )


def _example(name: str) -> str:
    return (resources.files("adapters.national.examples") / name).read_text(encoding="utf-8")


def _of_mozambique() -> dict[str, Any]:
    records = json.loads(_example("mozambique.json"))
    return next(each for each in records if each["number"] == "MZ26EX000101") | _TODAY


def _of_south_africa() -> tuple[str, str]:
    """The record as a table of one row, and its token."""
    rows = list(csv.DictReader(_example("south_africa.csv").splitlines()))
    row = next(each for each in rows if each["number"] == "ZA26EX000201") | _TODAY
    text = io.StringIO()
    table = csv.DictWriter(text, list(rows[0]))
    table.writeheader()
    table.writerow(row)
    return text.getvalue(), row["token"]
