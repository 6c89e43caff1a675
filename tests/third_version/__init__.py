"""Third schema version, invented for these tests: a namespace, element names and tables of its own.

It is no toolkit's. It shows that a version is added by tables and files alone.
"""
