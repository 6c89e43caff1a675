"""Migrations of the database (Alembic): a file per revision in `versions`."""
