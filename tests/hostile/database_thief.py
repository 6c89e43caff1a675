"""A thief of the database: may change every row, as the owner of the tables can, and has no key.

The gateway under attack has published the example permits of Mozambique, confirmed, reversed and
closed, and sealed its journal.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from typer.testing import CliRunner

from gateway.bootstrap import Gateway, build, new_id
from gateway.cli.main import app
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.domain.partner import Partner
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.permits.own_permits import PermitName
from gateway.exchange.ports import Direction, Exchange
from gateway.settings import load_settings
from gateway.store.database.engines import parse_address
from gateway.store.tables import metadata
from tests.databases import keep_in

ZA = Partner("za", IsoCountryCode("ZA"))
OFFICER = ResponsiblePerson("J. Macuácua", "counted the wrong crate")
EXAMPLE = resources.files("adapters.national.examples") / "mozambique.json"
NUMBER, REVERSED, CLOSED = "MZ26EX000101", "MZ26EX000102", "MZ26EX000105"

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Answer:
    """What a command said."""

    status: int
    out: str
    err: str


def run(*words: str | Path) -> Answer:
    """Call a command in this process."""
    result = CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "200"})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Answer(result.exit_code, result.stdout, result.stderr)


class Victim:
    """A gateway's directory and the thief's own connection to its database."""

    def __init__(self, directory: Path, url: str) -> None:
        self.directory = directory
        self.engine = _thief(url)

    @property
    def on_server(self) -> bool:
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def open(self) -> Iterator[Gateway]:
        with build(load_settings(self.directory)) as gateway:
            yield gateway

    def confirm(self, number: str, **lines: str) -> None:
        """Confirm as South Africa's customs do over the wire: the exchange is journalled."""
        seen = [SeenQuantity(letter, amount) for letter, amount in lines.items()]
        message = f"<ConfirmQuantitiesRequest>{number} {lines}</ConfirmQuantitiesRequest>".encode()
        digest = sha256(message).hexdigest()
        with self.open() as gateway:
            confirming = gateway.service.use_cases.confirm_quantities
            confirming.confirm(number, token_of(number), "MZ", seen, ZA, digest)
            now = gateway.clock()
            record = Exchange(
                new_id(),
                Direction.IN,
                now,
                now,
                "ConfirmQuantities",
                ZA.key,
                "MZ",
                None,
                number,
                "ok",
                message,
                b"<ConfirmQuantitiesResponse/>",
            )
            gateway.store.journal.record(record)

    def reverse(self, number: str) -> None:
        """Reverse the first confirmation of a permit."""
        name = PermitName("MZ", number)
        with self.open() as gateway:
            first = gateway.permits.ledger.permit(name).confirmations[0].id
            gateway.permits.ledger.reverse(name, first, OFFICER)

    def close_permit(self, number: str) -> None:
        with self.open() as gateway:
            gateway.permits.ledger.close(PermitName("MZ", number), OFFICER)

    def seal_journal(self) -> None:
        with self.open() as gateway:
            gateway.journal.seal.seal_up_to(gateway.clock())

    def attack(self, *statements: str) -> None:
        with self.engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))

    def one(self, query: str) -> Any:
        with self.engine.connect() as connection:
            return connection.execute(text(query)).scalar_one()

    def rows(self) -> Rows:
        """Everything in the database."""
        with self.engine.connect() as connection:
            return {
                table.name: [dict(row) for row in connection.execute(table.select()).mappings()]
                for table in metadata.sorted_tables
            }

    def put_back(self, rows: Rows, *, only: tuple[str, ...] = ()) -> None:
        """Put an older copy of the database, or of some of its tables, in place."""
        tables = [table for table in metadata.sorted_tables if not only or table.name in only]
        with self.engine.begin() as connection:
            for table in reversed(tables):
                connection.execute(table.delete())
            for table in tables:
                if rows[table.name]:
                    connection.execute(table.insert(), rows[table.name])

    def hexadecimal(self, data: bytes) -> str:
        """A literal of bytes."""
        return f"'\\x{data.hex()}'::bytea" if self.on_server else f"x'{data.hex()}'"


def token_of(number: str) -> str:
    records = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    return next(record["token"] for record in records if record["number"] == number)


def victim(directory: Path, url: str) -> Victim:
    """Make the gateway that is attacked. directory: does not exist yet.  url: of no tables."""
    assert run("init", "--country", "MZ", "--authority", "ANAC", directory).status == 0
    keep_in(url, directory)
    with resources.as_file(EXAMPLE) as file:
        published = run("publish", file, "--dir", directory)
        assert published.status == 0, published.err
    made = Victim(directory, url)
    made.confirm(NUMBER, A="1000")
    made.confirm(REVERSED, A="40")
    made.reverse(REVERSED)
    made.confirm(CLOSED, A="1")
    made.close_permit(CLOSED)
    made.seal_journal()
    return made


def _thief(url: str) -> Engine:
    """Without triggers and foreign keys: the owner of the tables can switch both off."""
    engine = create_engine(parse_address(url))
    if engine.dialect.name == "postgresql":

        @event.listens_for(engine, "connect")
        def lose_triggers(connection: Any, _: Any) -> None:
            connection.execute("SET session_replication_role = replica")
            connection.commit()

        return engine
    with engine.begin() as connection:
        names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        for name in names.scalars().all():
            connection.execute(text(f"DROP TRIGGER {name}"))
    return engine
