"""Alembic environment: migrations run in the open transaction that migrating.py passes."""

from alembic import context

from gateway.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
