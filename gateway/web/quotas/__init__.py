"""Pages of quotas: accounts of a year, for the authority and for operators."""
