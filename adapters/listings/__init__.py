"""Files of reference data: CSV tables, and answers of the Species+ interface in JSON."""
