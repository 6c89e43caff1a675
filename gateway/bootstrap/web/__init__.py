"""Pages for people: their application, their listener, and the process beside that of partners."""
