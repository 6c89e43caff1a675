"""Mismatch file: differences of counts as CSV for a partner, without tokens or names of holders."""

import csv
from collections.abc import Iterable
from pathlib import Path

from adapters.spreadsheets.formula_escape import escape_formula
from gateway.exchange.report.mismatches import Queued
from gateway.hardening import private_opener

COLUMNS = (
    "Issuer",
    "Permit",
    "Line",
    "SpeciesName",
    "Year",
    "Country",
    "Quantity",
    "From",
    "PartnerCountry",
    "PartnerQuantity",
    "PartnerFrom",
    "Agreed",
    "Person",
    "PartnerPerson",
)


def write_mismatches(path: Path, country: str, queued: Iterable[Queued]) -> int:
    """Write mismatches into a new file; return their number.

    country: code of ours.  Raises FileExistsError, OSError.
    """
    count = 0
    with open(path, "x", encoding="utf-8", newline="", opener=private_opener) as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for mismatch, settlement in queued:
            line = mismatch.line
            cells = (
                line.issuer,
                line.number,
                line.position,
                mismatch.species,
                str(mismatch.counted_at.year),
                country,
                mismatch.ours,
                mismatch.ours_from.value,
                mismatch.partner,
                mismatch.theirs,
                mismatch.theirs_from.value,
                settlement.agreed if settlement else "",
                settlement.person if settlement else "",
                settlement.partner_person if settlement else "",
            )
            writer.writerow([escape_formula(cell) for cell in cells])
            count += 1
    return count
