"""Commands on the journal of exchanges."""
