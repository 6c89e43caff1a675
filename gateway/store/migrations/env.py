"""How does Alembic reach the database? On the open transaction that migrating.py hands it; there is no other way in."""

from alembic import context

from gateway.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
