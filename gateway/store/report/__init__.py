"""Annual report in the database: records of trade, and settled differences of counts."""
