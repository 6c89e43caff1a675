"""Annual report: exports and imports of a year, from the records of the exchange."""
