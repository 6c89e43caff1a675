"""Source code as a syntax tree, and the command tree, for the tests that hold names and prose."""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typer.main

from gateway.cli.lazy_group import NotImported
from gateway.cli.main import app

ROOT = Path(__file__).parents[2]
PACKAGES = ("gateway", "adapters", "schemas", "wsdl")


@cache
def files() -> tuple[Path, ...]:
    """Every Python file of the program, tests left out, relative to the root."""
    return tuple(
        sorted(
            path.relative_to(ROOT)
            for package in PACKAGES
            for path in (ROOT / package).rglob("*.py")
        )
    )


@cache
def text(file: Path) -> str:
    return (ROOT / file).read_text(encoding="utf-8")


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(text(file), str(file))


@cache
def nodes(file: Path) -> tuple[ast.AST, ...]:
    """Every node of the tree, in the order of `ast.walk`."""
    return tuple(ast.walk(tree(file)))


def identifiers(file: Path) -> Iterator[tuple[str, int]]:
    """Every name in a file, and its line.

    Names are variables, attributes, parameters, keyword arguments, functions, classes, and the
    parts of what is imported.
    """
    for node in nodes(file):
        line = getattr(node, "lineno", 0)
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                yield name, line
            case ast.arg(arg=name) | ast.keyword(arg=str(name)):
                yield name, line
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name, line
            case ast.ClassDef(name=name):
                yield name, line
            case ast.alias(name=name, asname=other):
                yield from ((part, line) for part in [*name.split("."), other] if part)
            case ast.ImportFrom(module=str(name)):
                yield from ((part, line) for part in name.split("."))


@cache
def commands() -> Mapping[str, Any]:
    """Every command by its words, such as "outbox list"; groups too, and "" for the program."""
    found: dict[str, Any] = {}

    def collect(command: Any, words: tuple[str, ...]) -> None:
        # Help pages hold stand-ins; the options of a command are known once it is imported.
        command = command.imported() if isinstance(command, NotImported) else command
        found[" ".join(words)] = command
        for name, child in getattr(command, "commands", {}).items():
            collect(child, (*words, name))

    collect(typer.main.get_command(app), ())
    return found
