"""Questions by mail in the database."""
