"""Layout of the program: small folders, short files and functions, no import cycles."""

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.contract import sources

MIGRATIONS = Path("gateway/store/migrations/versions")
"""A migration is one list of changes, and stays as it was released."""
MOST_FILES_IN_A_FOLDER = 15
UNLIMITED_FOLDERS = {Path("gateway/cli/commands"), MIGRATIONS}
"""Lists by nature: one file for each command, one for each version of the tables."""
MOST_LINES_IN_A_FILE = 400
MOST_LINES_IN_A_FUNCTION = 45
"""With signature and docstring. Options of commands count too: shared ones stand in options.py."""
STAND_ALONE = {"gateway/evidence/verify.py"}
"""One file by its purpose: it goes along with evidence, and others run it without this program."""


def test_no_folder_holds_more_files_than_a_person_takes_in() -> None:
    folders = Counter(file.parent for file in sources.files() if file.name != "__init__.py")
    crowded = {
        str(folder): count
        for folder, count in folders.items()
        if count > MOST_FILES_IN_A_FOLDER and folder not in UNLIMITED_FOLDERS
    }
    assert not crowded


@pytest.mark.slow
def test_no_file_is_long() -> None:
    tests = (path.relative_to(sources.ROOT) for path in (sources.ROOT / "tests").rglob("*.py"))
    files = [*sources.files(), *tests]
    lengths = {str(file): len(sources.text(file).splitlines()) for file in files}
    assert not {
        name: lines
        for name, lines in lengths.items()
        if lines > MOST_LINES_IN_A_FILE and name not in STAND_ALONE
    }


@pytest.mark.slow
def test_no_function_is_long() -> None:
    functions = [
        (f"{file}:{node.lineno} {node.name}", (node.end_lineno or 0) - node.lineno + 1)
        for file in sources.files()
        if file.parent != MIGRATIONS
        for node in sources.nodes(file)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert len(functions) > 1_000, "the functions are not seen"
    assert not {name: lines for name, lines in functions if lines > MOST_LINES_IN_A_FUNCTION}


# Import cycles. Every import statement counts, wherever it stands: those inside functions, which
# put a cycle off to the first call, and those under TYPE_CHECKING, which hide one from the
# interpreter. The import of a package that comes with the import of its module does not count.


def dotted(file: Path) -> str:
    return ".".join(file.with_suffix("").parts).removesuffix(".__init__")


@cache
def modules() -> dict[str, Path]:
    return {dotted(file): file for file in sources.files()}


def imported(module: str) -> Iterator[str]:
    """The modules that a module imports, of the program only."""
    file = modules()[module]
    package = module if file.name == "__init__.py" else module.rpartition(".")[0]
    for node in sources.nodes(file):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules())
        elif isinstance(node, ast.ImportFrom):
            source = node.module or ""
            if node.level:
                base = package.split(".")[: len(package.split(".")) - node.level + 1]
                source = ".".join([*base, *filter(None, [source])])
            for alias in node.names:
                child = f"{source}.{alias.name}"
                if child in modules():
                    yield child
                elif source in modules():
                    yield source


@pytest.mark.slow
def test_modules_do_not_import_each_other_in_a_circle() -> None:
    graph = {module: set(imported(module)) - {module} for module in modules()}
    assert sum(map(len, graph.values())) > 500, "the imports are not seen"
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = " <- ".join(error.args[1])
        raise AssertionError(f"import cycle: {circle}") from None
