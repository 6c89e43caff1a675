"""Sandbox: its permits are published once, and a reset takes the database back to that moment."""

import re
import shutil
import tempfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from adapters.national import examples
from gateway.bootstrap.gateway import Gateway, build
from gateway.bootstrap.web.sandbox_people import add_sandbox_people
from gateway.domain.errors import InvalidRequest, RecordInvalid
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.exchange.sandbox.cases import (
    CALLER,
    CONFIRMED_BEFORE,
    UNSEALED,
    SandboxCase,
    sandbox_cases,
)
from gateway.settings import Settings
from gateway.store.backup.sqlite_copy import copy_database
from gateway.store.database.engines import parse_address

_BEGINNING = "beginning.sqlite"


_NEWEST_DAYS = 9
"""Age in days of the newest permit."""

_ISSUED = re.compile(r'"issued_at": "(\d{4}-\d\d-\d\d)')
_DAY = re.compile(r'(?<=")\d{4}-\d\d-\d\d(?=[T"])')


def prepare_sandbox(settings: Settings) -> None:
    """Publish the permits of the sandbox, bring each into its state, and keep this beginning.

    Raises RecordInvalid, KeyUnusable, ServiceUnavailable.
    """
    with build(settings) as gateway, tempfile.TemporaryDirectory() as folder:
        shutil.copytree(examples.directory(), folder, dirs_exist_ok=True)
        file = Path(folder) / "sandbox.json"
        file.write_text(moved(file.read_text(encoding="utf-8"), gateway.clock().date()), "utf-8")
        _publish(gateway, file)
        for case in sandbox_cases():
            if case.prepared == CONFIRMED_BEFORE and case.outcome == "ALREADY_CONFIRMED":
                _confirm(gateway, case)
        if settings.web.enabled:
            add_sandbox_people(gateway)
    copy_database(_database(settings), settings.directory / _BEGINNING)


def reset_sandbox(settings: Settings) -> None:
    """Take the database of a sandbox back to its beginning. Requests in flight are answered.

    Worker processes have to be reloaded afterwards, as they count refusals and cache documents.
    Raises InvalidRequest where the settings are not those of a sandbox, ServiceUnavailable.
    """
    beginning = settings.directory / _BEGINNING
    if not settings.sandbox or not beginning.is_file():
        raise InvalidRequest("This is the directory of no sandbox, so nothing is reset.")
    copy_database(beginning, _database(settings))


def moved(records: str, today: date) -> str:
    """National records (JSON) with every day moved alike, so that the newest was issued lately.

    Else every permit of the sandbox would have expired half a year after it was written down.
    """
    newest = max(map(date.fromisoformat, _ISSUED.findall(records)))
    later = today - timedelta(days=_NEWEST_DAYS) - newest
    return _DAY.sub(lambda day: (date.fromisoformat(day[0]) + later).isoformat(), records)


def _publish(gateway: Gateway, file: Path) -> None:
    permits = gateway.permits
    unsealed = {case.number for case in sandbox_cases() if case.prepared == UNSEALED}
    for record in permits.source_of(file).records(file):
        if isinstance(record, RecordInvalid):
            raise record
        is_unsealed = record.permit.number.text in unsealed
        publish = replace(permits.publish, sealer=None) if is_unsealed else permits.publish
        publish.publish(record)


def _confirm(gateway: Gateway, case: SandboxCase) -> None:
    """Book a confirmation as if the caller of the sandbox had sent it."""
    gateway.service.use_cases.confirm_quantities.confirm(
        case.number,
        case.token,
        case.country,
        [SeenQuantity(letter, quantity) for letter, quantity in case.quantities],
        CALLER,
        "0" * 64,
    )


def _database(settings: Settings) -> Path:
    return Path(parse_address(settings.database.address).database or "")
