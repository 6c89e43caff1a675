"""Customs desk of the demonstration: an officer of South Africa, and a permit to look up."""

import socket
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from rich.text import Text

from gateway import bootstrap
from gateway.cli.console import Output
from gateway.cli.demo.two_gateways import TwoGateways
from gateway.cli.exits import CannotDo
from gateway.cli.workdir import template
from gateway.domain.errors import RecordInvalid
from gateway.domain.people.roles import Role
from gateway.exchange.permits.own_permits import PermitName

if TYPE_CHECKING:
    from gateway.bootstrap import Gateway

_RECORD = "desk-permit.json"
"""National record of the permit. Its boxes are short, so that a window of 80 columns holds its
code."""
_AGE_DAYS = 9
_DAYS_LEFT = 150
_READY_SECONDS = 60.0
_BETWEEN_SECONDS = 0.1
_CODE_STYLE = "#000000 on #ffffff"
"""Of the QR code: dark on light, whatever the colours of the terminal are."""


@dataclass(frozen=True, slots=True)
class DeskToTry:
    """A desk that answers. code: lines of the QR code.  picture: file with the same code."""

    address: str
    number: str
    token: str
    code: tuple[str, ...]
    picture: Path


def open_desk(
    gateways: TwoGateways, mozambique: "Gateway", south_africa: "Gateway", picture: Path
) -> DeskToTry:
    """Add an officer, publish the permit, and give South Africa the paper keys of Mozambique.

    picture: new file for the QR code. Raises RecordInvalid, KeyUnusable, ServiceUnavailable,
    CannotDo where the pages for people do not answer in time.
    """
    bootstrap.add_sandbox_people(south_africa)
    country = gateways.mozambique.plan.country
    paper = mozambique.paper
    south_africa.paper.partner_lists.take(paper.own_list.file(country, paper.list_signer))
    number, token = _publish(mozambique)
    address = paper.issue.issue(PermitName(country.text, number, None), token).address
    picture.write_bytes(bootstrap.qr_code(address).png)
    web = south_africa.settings.web
    _wait_for(web.listen.host or "", web.listen.port)
    return DeskToTry(f"{web.address}/desk", number, token, bootstrap.qr_lines(address), picture)


def show_desk(desk: DeskToTry, output: Output) -> None:
    """Print address, account and QR code. A narrow window gets the file of the code alone."""
    output.print_lines(("", "Try the customs desk of South Africa:"), style="bold")
    for line in _instructions(desk):
        output.print(f"  {line}")
    output.print("")
    if output.out.width < len(desk.code[0]):
        output.print(
            f"The QR code needs a window of {len(desk.code[0])} columns; it is in {desk.picture}"
        )
        return
    for line in desk.code:
        output.out.print(Text(line, style=_CODE_STYLE), soft_wrap=True)


def _instructions(desk: DeskToTry) -> Iterator[str]:
    yield f"address   {desk.address}"
    yield f"officer   {Role.CUSTOMS.value}"
    yield f"password  {bootstrap.SANDBOX_PASSWORD}"
    yield f'QR code   below; "Choose a picture" takes {desk.picture}'
    yield f"or type   Mozambique (MZ), number {desk.number}, token {desk.token}"


def _publish(mozambique: "Gateway") -> tuple[str, str]:
    """Number and token of the permit. Its days move with the calendar, so it is in date."""
    today = mozambique.clock().date()
    text = Template(template(_RECORD)).substitute(
        issued=(today - timedelta(days=_AGE_DAYS)).isoformat(),
        ends=(today + timedelta(days=_DAYS_LEFT)).isoformat(),
    )
    permits = mozambique.permits
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / _RECORD
        file.write_text(text, encoding="utf-8")
        (record,) = permits.source_of(file).records(file)
    if isinstance(record, RecordInvalid):
        raise record
    permits.publish.publish(record)
    return record.permit.number.text, record.token.text if record.token else ""


def _wait_for(host: str, port: int) -> None:
    """Return when a server listens. Raises CannotDo where none does in time."""
    until = time.monotonic() + _READY_SECONDS
    while True:
        try:
            socket.create_connection((host, port), _READY_SECONDS).close()
        except OSError:
            if time.monotonic() > until:
                raise CannotDo(
                    f"The pages for people do not answer at {host}:{port}.",
                    "Stop other work of this machine, then start the demonstration again.",
                ) from None
            time.sleep(_BETWEEN_SECONDS)
        else:
            return
