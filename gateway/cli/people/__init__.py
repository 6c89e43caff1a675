"""People on the command line: their commands, and the server of their pages."""
