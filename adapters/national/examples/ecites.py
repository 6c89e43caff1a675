"""Example database in the manner of an eCITES system: schema, and permits made by a script.

Parties and numbers are invented; taxa are those of the Convention, or of national lists. The same
count gives the same database. Three countries share it, as tenants of one system.
"""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from pathlib import Path

COUNTRIES = ("MZ", "LK", "VU")
"""Countries of the permits, by turns."""
_SEED = 17
_FIRST_DAY = date(2026, 1, 5)
_FIRST_MOMENT = datetime(2026, 1, 5, 8, tzinfo=UTC)
_PARTNERS = ("ZA", "CH", "SG", "AU", "FR", "DE", "JP", "AE", "CN", "NZ")
_CITIES = ("Porto Azul", "New Harbour", "Hill Town", "Lagoon City", "Old Market", "Station Road")
_TRADES = ("Trading", "Aquatics", "Timber", "Leather", "Botanicals", "Natural Products")
_NAMES = ("Blue Reef", "Coral Bay", "Green Valley", "Monsoon", "Baobab", "Palm Coast", "Lagoon")
_OFFICERS = ("A. Example", "B. Sample", "C. Specimen")
_NATIONAL_EVERY = 25
"""Each such permit is of a national species."""


def make_database(file: Path, permits: int) -> None:
    """Make the database. file: must not exist.  permits: of all three countries together."""
    schema = resources.files(__package__).joinpath("ecites.sql").read_text(encoding="utf-8")
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executescript(schema)
        chance = random.Random(_SEED)  # noqa: S311  # invented data, the same each time
        connection.executemany("INSERT INTO party VALUES (?, ?, ?, ?, ?)", _parties(chance))
        taxa = connection.execute("SELECT id, appendix, kingdom FROM taxon").fetchall()
        for number in range(1, permits + 1):
            permit, lines = _permit(chance, number, taxa)
            marks = ", ".join("?" * len(permit))
            connection.execute(f"INSERT INTO permit VALUES ({marks})", permit)  # noqa: S608
            connection.executemany(
                "INSERT INTO permit_line VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", lines
            )


def _parties(chance: random.Random) -> Iterator[tuple[object, ...]]:
    """Forty parties of each country, own ones first."""
    number = 0
    for country in (*COUNTRIES, *_PARTNERS):
        for _ in range(40):
            number += 1
            name = f"{chance.choice(_NAMES)} {chance.choice(_TRADES)} {number} Ltd"
            street = f"{chance.randint(1, 240)} {chance.choice(_NAMES)} Street"
            yield number, name, street, chance.choice(_CITIES), country


def _permit(
    chance: random.Random, number: int, taxa: list[tuple[int, str | None, str]]
) -> tuple[tuple[object, ...], list[tuple[object, ...]]]:
    own = COUNTRIES[number % len(COUNTRIES)]
    place = COUNTRIES.index(own)
    kind = chance.choices(("EXP", "REX", "IMP"), (80, 12, 8))[0]
    national = number % _NATIONAL_EVERY == 0
    issued = _FIRST_DAY + timedelta(days=number * 300 // 10_000 % 300)
    ours = place * 40 + chance.randint(1, 40)
    theirs = len(COUNTRIES) * 40 + chance.randint(1, len(_PARTNERS) * 40)
    exporter, importer = (theirs, ours) if kind == "IMP" else (ours, theirs)
    permit = (
        number,
        f"{own}/{kind}/{issued.year}/{number:06}",
        own,
        kind,
        "CAN" if chance.random() < 0.01 else "ISS",
        issued.isoformat(),
        (issued + timedelta(days=150)).isoformat(),
        exporter,
        importer,
        chance.choice(("T", "T", "T", "P", "S")),
        f"T{chance.getrandbits(60):015X}",
        f"{own} {number:07}",
        chance.choice(_OFFICERS),
        f"{_FIRST_MOMENT + timedelta(seconds=number):%Y-%m-%d %H:%M:%S}",
        None,
    )
    of_kind = [taxon for taxon in taxa if (taxon[1] is None) is national]
    lines = [
        (number, line, *_line(chance, kind, taxon, issued))
        for line, taxon in enumerate(chance.sample(of_kind, chance.choice((1, 1, 2, 3))), 1)
    ]
    return permit, lines


def _line(
    chance: random.Random, kind: str, taxon: tuple[int, str | None, str], issued: date
) -> tuple[object, ...]:
    """A line after its number: taxon, description, term, source, quantity, unit, origin."""
    is_animal = taxon[2] == "Animalia"
    live = chance.random() < 0.4
    term, unit, description = {
        (True, True): ("LIV", "NAR", "Live animals"),
        (True, False): ("SKI", "NAR", "Skins, salted"),
        (False, True): ("LIV", "NAR", "Live plants, bare root"),
        (False, False): ("TIM", "MTQ", "Sawn timber"),
    }[is_animal, live]
    whole = unit == "NAR"
    quantity = chance.randint(1, 400) if whole else chance.randint(1_000, 90_000) / 1_000
    source = chance.choice("WWC" if is_animal else "WWA")
    origin: tuple[object, ...] = (None, None, None)
    if kind == "REX":
        origin = (
            chance.choice(_PARTNERS),
            f"EX-{chance.randint(10_000, 99_999)}",
            (issued - timedelta(days=90)).isoformat(),
        )
    return taxon[0], description, term, source, quantity, unit, *origin
