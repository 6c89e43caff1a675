"""Customs declarations in the database: events of the quantities that their lines hold."""
