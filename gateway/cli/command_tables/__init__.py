"""Parts of the table of commands, a module for each large group."""
