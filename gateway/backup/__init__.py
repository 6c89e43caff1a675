"""Backups of a whole gateway, its database and its working directory: how one is made, and what becomes of it.

docs/backup.md describes the file, so that others can read it too.
"""

from gateway.backup.making import MakeBackup
from gateway.backup.reading import About
from gateway.backup.restoring import RestoreBackup, Restored

__all__ = ["About", "MakeBackup", "RestoreBackup", "Restored"]
