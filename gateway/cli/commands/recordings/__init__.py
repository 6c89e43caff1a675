"""Commands on recordings: record, replay."""
