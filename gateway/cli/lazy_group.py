"""Command groups that import a command's module when the command is called, not before.

Importing every command costs more than a second, because commands lead to the SOAP, database and
cryptography libraries. A help page of a group needs names and help lines alone; they come from the
table of commands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from gateway.cli import commands


@dataclass(frozen=True, slots=True)
class Command:
    """A command. module: below gateway.cli.commands.  help: first paragraph of the docstring.

    The test of the table compares `help` with the docstring of the function.
    """

    module: str
    function: str
    help: str


@dataclass(frozen=True, slots=True)
class Group:
    """A group of commands. help: the text of its help page.  commands: and groups, by name.

    default: the command that is meant where the first word names none; empty: there is none.
    """

    help: str
    commands: "Mapping[str, Command | Group]"
    default: str = ""


class OneCommand(TyperCommand):
    """A command whose help page names the type of a value, and none for a switch."""

    # Typer brings a Click of its own, whose classes have no public names: hence Any.
    def get_params(self, ctx: Any) -> Any:
        """The options and arguments of the command, with that of the help page."""
        return _switches_untyped(super().get_params(ctx))


class LazyGroup(TyperGroup):
    """A group whose commands are named by a table and imported on call."""

    def get_params(self, ctx: Any) -> Any:
        """The options of the group, as `OneCommand` has them."""
        return _switches_untyped(super().get_params(ctx))

    def add_table(self, table: Mapping[str, Command | Group]) -> None:
        """Add the commands and groups of a table, in its order."""
        for name, entry in table.items():
            if isinstance(entry, Group):
                group = LazyGroup(name=name, help=entry.help, no_args_is_help=True)
                group.default = entry.default
                group.add_table(entry.commands)
                self.add_command(group)
            else:
                self.add_command(NotImported(entry, name))

    default = ""
    """As `Group.default`."""

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        """Read the words of a call; words that name no command belong to the default."""
        if self.default and args and args[0] not in (*self.commands, "-h", "--help"):
            args = [self.default, *args]
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that the arguments name, and import it."""
        name, command, rest = super().resolve_command(ctx, args)
        if isinstance(command, NotImported):
            return name, command.imported(), rest
        return name, command, rest


class NotImported(OneCommand):
    """Stand-in for a command on help pages: name and help line."""

    def __init__(self, entry: Command, name: str) -> None:
        super().__init__(name, help=entry.help)
        self._entry = entry

    def imported(self) -> Any:
        """The command itself."""
        module = import_module(f"{commands.__name__}.{self._entry.module}")
        app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        app.command(self.name, cls=OneCommand)(getattr(module, self._entry.function))
        return typer.main.get_command(app)


def _switches_untyped(params: Sequence[Any]) -> Sequence[Any]:
    """A switch takes no value, so its help names no type beside it."""
    for param in params:
        if getattr(param, "is_flag", False):
            param.metavar = ""
    return params
