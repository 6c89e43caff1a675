"""Port of configurations: which one a process of each node has started with, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.exchange.ports.journal import Exchange


@dataclass(frozen=True, slots=True)
class ConfigurationChange:
    """Start of a process with another configuration than the one before on the same node.

    id: of the journal record that holds the text.  at: aware.  node: name of the machine.
    digest: SHA-256 of the redacted text, hex.
    """

    id: str
    at: datetime
    node: str
    digest: str


class Configurations(Protocol):
    """Changes of the configuration. Nothing is removed. Methods raise ServiceUnavailable."""

    def newest(self, node: str) -> ConfigurationChange | None:
        """Return the newest change of a node; None where there is none."""

    def find(self, identity: str) -> ConfigurationChange | None:
        """Return the change of an id; None where there is none."""

    def add(self, change: ConfigurationChange, record: Exchange) -> None:
        """Store a change and its journal record, in one transaction."""

    def page(self, before: str | None, most: int) -> Sequence[ConfigurationChange]:
        """Return the changes with a smaller id than `before`, newest first. None: the newest."""

    def previous(self, change: ConfigurationChange) -> ConfigurationChange | None:
        """Return the change before one, of the same node; None for the first."""
