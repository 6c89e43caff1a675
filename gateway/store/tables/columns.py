"""Column types and naming conventions that all tables share."""

from sqlalchemy import BigInteger, MetaData, String

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

NUMBER = String(70)
"""Number of a permit, letter of a line, code of an authority: 70 characters (identifiers.py)."""

SHA256 = String(64)
"""Hex digest."""

MOMENT = String(48)
"""ISO 8601 (moments.py)."""

MILLIONTHS = BigInteger
"""Whole number of millionths, which the database itself adds up and compares (ledger_lines.py)."""
