"""Backup and restoration of a whole gateway: its database and its working directory.

docs/backup.md describes the file format, for other programs that read it.
"""

from gateway.backup.making import MakeBackup
from gateway.backup.reading import About
from gateway.backup.restoring import RestoreBackup, Restored

__all__ = ["About", "MakeBackup", "RestoreBackup", "Restored"]
