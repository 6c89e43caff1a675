"""Sandbox of `serve --sandbox`: its options, its throw-away directory, and finding it again."""
