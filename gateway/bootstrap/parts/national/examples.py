"""Example sources: descriptions of conf/national with their data, for a working directory."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from adapters.national.examples import directory
from adapters.national.examples.ecites import make_database
from gateway.hardening import FOLDER_MODE
from gateway.settings.national.load import FOLDER
from gateway.shipped import shipped_folder


@dataclass(frozen=True, slots=True)
class ExampleSource:
    """An example. country, code, name: of its authority.

    write: writes its data into a folder; takes the count of permits, which matters for a database.
    """

    country: str
    code: str
    name: str
    write: Callable[[Path, int], object]


def _copied(name: str) -> Callable[[Path, int], object]:
    return lambda folder, _: shutil.copyfile(directory() / "sources" / name, folder / name)


EXAMPLES = {
    "customs-csv": ExampleSource(
        "MZ",
        "ANAC",
        "Administração Nacional das Áreas de Conservação",
        _copied("customs.csv"),
    ),
    "small-authority-excel": ExampleSource(
        "VU",
        "DEPC",
        "Department of Environmental Protection and Conservation",
        _copied("small-authority.xlsx"),
    ),
    "ecites-database": ExampleSource(
        "MZ",
        "ANAC",
        "Administração Nacional das Áreas de Conservação",
        lambda folder, permits: make_database(folder / "ecites.sqlite", permits),
    ),
}
"""Examples by the name of their description."""


def install_example(name: str, working_directory: Path, permits: int) -> None:
    """Write description and data of an example into a working directory.

    permits: of the database, of all its countries together.  Raises OSError.
    """
    folder = working_directory / FOLDER
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    shutil.copyfile(shipped_folder() / FOLDER / f"{name}.toml", folder / f"{name}.toml")
    EXAMPLES[name].write(working_directory / "data", permits)
