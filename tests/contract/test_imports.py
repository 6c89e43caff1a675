"""Imports: the rooms by the contracts of import-linter, the big libraries by the table here."""

import subprocess
import sys
from functools import cache
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]

HOMES = {
    "spyne": ["gateway.soap.spyne"],
    "zeep": ["gateway.partners"],
    "sqlalchemy": ["gateway.store"],
    "alembic": ["gateway.store"],
    "cattrs": ["adapters.national", "gateway.store"],
    "lxml": [
        *("adapters", "gateway.conformance", "gateway.crypto", "gateway.partners"),
        *("gateway.recordings", "gateway.simulator", "gateway.soap", "gateway.wire"),
    ],
    "signxml": ["gateway.crypto"],
    "cryptography": ["gateway.evidence", "gateway.crypto"],
    "pkcs11": ["gateway.crypto"],
    "rfc3161_client": ["gateway.crypto"],
    "uvicorn": ["gateway.serving"],
    "httptools": ["gateway.serving"],
    "jinja2": ["gateway.conformance", "gateway.web"],
    "pygments": ["gateway.web"],
    "starlette": ["gateway.web"],
    "fastapi": ["gateway.web.api"],
    "babel": ["gateway.web"],
    "argon2": ["gateway.identity"],
    "pyotp": ["gateway.identity"],
    "webauthn": ["gateway.identity"],
    "joserfc": ["gateway.identity"],
    "typer": ["gateway.cli"],
    "rich": ["gateway.cli"],
    "prometheus_client": ["gateway.operations"],
    "pydantic": ["gateway.settings", "gateway.web.api"],
    "python_calamine": ["adapters.national"],
    "tomlkit": ["gateway.settings"],
    "uuid_utils": ["gateway.bootstrap"],
}
"""Library -> the only rooms that may know it."""


@cache
def imports() -> grimp.ImportGraph:
    return grimp.build_graph(
        "gateway", "adapters", "schemas", "wsdl", include_external_packages=True
    )


def inside(module: str, room: str) -> bool:
    return module == room or module.startswith(f"{room}.")


@pytest.mark.slow
def test_rooms_keep_to_the_layers() -> None:
    linter = Path(sys.executable).with_name(
        "lint-imports"
    )  # a process of its own: it reconfigures logging
    run = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("library", HOMES)
def test_a_big_library_has_one_home(library: str) -> None:
    users = imports().find_modules_that_directly_import(library)
    strangers = {
        module for module in users if not any(inside(module, room) for room in HOMES[library])
    }
    assert not strangers, f"{library} belongs to {HOMES[library]}"
    assert users, f"nobody imports {library}: take it out of this table"


def test_only_the_dispatcher_of_the_spyne_package_is_known_outside() -> None:
    graph = imports()
    package = "gateway.soap.spyne"
    known = {
        module
        for module in graph.find_descendants(package)
        if any(
            not inside(user, package) for user in graph.find_modules_that_directly_import(module)
        )
    }
    assert known == {f"{package}.dispatch"}


@pytest.mark.parametrize("room", ["gateway.domain", "gateway.exchange"])
def test_domain_and_use_cases_need_no_library(room: str) -> None:
    graph = imports()
    modules = {room, *graph.find_descendants(room)}
    foreign = {
        (module, imported)
        for module in modules
        for imported in graph.find_modules_directly_imported_by(module)
        if not inside(imported, "gateway") and imported.split(".")[0] not in sys.stdlib_module_names
    }
    assert not foreign
