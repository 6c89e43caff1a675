"""Persons who follow docs/install.md and docs/first-partner.md, and do what lies between blocks.

Between the blocks a certification authority answers requests, and where no systemd runs the unit's
ExecStart is run as its user.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from tests.cli.key_acts import issue
from tests.install.machine import SOURCES, Machine, wait_until
from tests.install.pages import Block, blocks
from tests.pki import NOW, Authority

WORK = "/var/lib/epix-gateway"
_CALLS = "/run/calls.sock"
"""Socket of the fork server."""


def installed(
    machine: Machine, ca: Authority, values: dict[str, str], *, bare: bool, postgres: bool = False
) -> int:
    """Follow docs/install.md. Returns how many commands were pasted.

    values: in place of those that the page names.  bare: whether packages and program are fetched,
    as on an empty machine; else those of this one stand in their place.
    """
    first, *others = blocks("install.md")
    machine.exported = _replaced(first.text, values)
    count = first.commands
    for block in others:
        if block.mark == "for PostgreSQL" and not postgres:
            continue
        count += block.commands
        if block.mark == "needs systemd":
            if "nginx" in block.text:
                machine.start_as_the_unit_does()
            continue
        if _fetches(block) and not bare:
            _stand_in(machine, block)
            continue
        if "from-ca" in block.text and "keys import" in block.text:
            answer(machine, ca)
        if block.mark == "for PostgreSQL":
            _with_server(machine, block)
            continue
        machine.run(block.text, network=_fetches(block))
    return count


def _fetches(block: Block) -> bool:
    return "apt-get" in block.text or "pip install" in block.text


def _stand_in(machine: Machine, block: Block) -> None:
    """The program of this environment, where the page installs one.

    Its commands come from a fork server (fork_server.py), but for `serve`.
    """
    if "pip install" not in block.text:
        return
    python, server = Path(sys.prefix) / "bin/python3", SOURCES / "tests/install/fork_server.py"
    machine.run(f"PYTHONPATH={SOURCES} exec {python} {server} {_CALLS}", background=True)
    wait_until(machine.path(_CALLS).is_socket, machine.background[-1])
    machine.run(
        f"mkdir -p /opt/epix-gateway/bin; cat > /opt/epix-gateway/bin/epix-gateway <<'END'\n"
        f'#!/bin/sh\n[ "$1" = serve ] || exec {python} -I -S {server} {_CALLS} call "$@"\n'
        f'PYTHONPATH={SOURCES} exec {python} -m gateway "$@"\nEND\n'
        "chmod 755 /opt/epix-gateway/bin/epix-gateway\n" + block.text.splitlines()[-1]
    )


def _with_server(machine: Machine, block: Block) -> None:
    """Debian starts the server when it is installed; without systemd its own command does."""
    fetched, _, others = block.text.partition("postgresql\n")
    machine.run(f"{fetched}postgresql", network=True)
    machine.run("pg_ctlcluster $(pg_lsclusters -h | cut -d' ' -f1,2) start")
    machine.run(others)


def answer(machine: Machine, ca: Authority) -> None:
    """The CA answers the four requests, into the folder that the page names."""
    work = machine.path(WORK)
    for purpose in ("server", "client", "seal", "paper"):
        issued = issue(ca, work, purpose, until=NOW + timedelta(days=600))
        issued.rename(work / f"from-ca/{purpose}.pem")
    (work / "from-ca/ca.pem").write_bytes(ca.pem.read_bytes())


@dataclass
class Side:
    """One of two authorities. values: in place of those of the page.  record: its first permit,
    with its name.  token: of that permit.
    """

    machine: Machine
    country: str
    values: dict[str, str]
    record: tuple[str, str]
    token: str


def introduced(one: Side, other: Side) -> int:
    """Follow docs/first-partner.md for both sides. Returns how many commands each has pasted.

    Between the blocks files travel by mail and tokens by telephone.
    """
    first, *others = blocks("first-partner.md")
    for side in (one, other):
        side.machine.exported = _replaced(first.text, side.values)
        name, text = side.record
        side.machine.path(f"/root/{name}").write_text(text, encoding="utf-8")
    count = first.commands
    for block in others:
        count += block.commands
        for side, partner in ((one, other), (other, one)):
            if "partners add" in block.text:
                file = f"{WORK}/exchange/{partner.country}.toml"
                side.machine.path(file).write_bytes(partner.machine.path(file).read_bytes())
            if "partners test" in block.text:
                side.machine.path("/root/token").write_text(f"{partner.token}\n")
        with ThreadPoolExecutor(2) as persons:
            list(persons.map(partial(_follow, block), (one.machine, other.machine)))
    return count


def _follow(block: Block, machine: Machine) -> None:
    if block.mark == "needs systemd":
        machine.reload()
    else:
        machine.run(block.text)


def _replaced(text: str, values: dict[str, str]) -> str:
    for was, now in values.items():
        assert was in text, was
        text = text.replace(was, now)
    return text
