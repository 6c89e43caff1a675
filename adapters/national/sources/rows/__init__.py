"""Rows of each kind of file: a table or a tree becomes rows with named cells."""
