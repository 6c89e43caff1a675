"""Commands of the program that are forked from a process that has imported it."""
