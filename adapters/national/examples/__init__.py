"""Example records: their folder, in a checkout and in an installed wheel alike.

Permits and people are invented.
"""

from importlib import resources
from pathlib import Path


def directory() -> Path:
    """The folder with mozambique.json, south_africa.csv, sandbox.json and their attachments."""
    return Path(str(resources.files(__name__)))
