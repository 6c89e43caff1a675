"""Groups of commands that the table of commands puts together."""
