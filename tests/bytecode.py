"""Bytecode: each module is compiled once, before the workers start.

In a fresh checkout the workers would compile the same modules side by side. Those of the tests take
long, because pytest rewrites their assertions: a quarter of a minute for each worker.

Pytest rewrites every module of a distribution that brings a plug-in, so all of the program too
(gateway/pytest_plugin.py). Here the program is imported as it is, as the gateways that tests start
import it: compiled once for both, and read without pytest's detour.
"""

import builtins
import multiprocessing
import os
import py_compile
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from types import ModuleType
from typing import NoReturn

ROOT = Path(__file__).parents[1]
PROGRAM = ("gateway", "adapters", "schemas", "wsdl")
_FEW = 40
"""So few modules are left to the workers."""
_TOGETHER = 16
"""Modules that a process gets at once."""


class ProgramFinder:
    """Finder of the program's modules, to stand before the one of pytest in `sys.meta_path`."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module as the interpreter finds it; None for one that is not of the program."""
        top = name.partition(".")[0]
        return PathFinder.find_spec(name, path, target) if top in PROGRAM else None


def compile_all() -> None:
    """Compile the modules that have changed, on all processors. No thread may have begun."""
    found = [file for top in ("tests", *PROGRAM) for file in _stale(ROOT / top)]
    if len(found) <= _FEW or not os.access(ROOT, os.W_OK):
        return
    # Forked, so that the import hook of pytest, which rewrites assertions, is there.
    forked = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(os.cpu_count(), forked) as pool:
        list(pool.map(_compile, found, chunksize=_TOGETHER))


def _stale(top: Path) -> Iterator[Path]:
    """Modules without bytecode of this Python, or with older bytecode."""
    for folder, _, names in os.walk(top):
        sources = [Path(folder, name) for name in names if name.endswith(".py")]
        compiled = _compiled(Path(folder)) if sources else {}
        for source in sources:
            if compiled.get(source.stem, 0.0) < source.stat().st_mtime:
                yield source


def _compiled(folder: Path) -> dict[str, float]:
    """Modules of a folder with bytecode of this Python, and when it was made."""
    mark = f".{sys.implementation.cache_tag}"
    files = (folder / "__pycache__").glob(f"*{mark}*.pyc")
    return {file.name.partition(mark)[0]: file.stat().st_mtime for file in files}


class _Compiled(BaseException):
    """A module was compiled and its bytecode kept. It need not run."""


def _compile(file: Path) -> None:
    parts: Sequence[str] = file.relative_to(ROOT).with_suffix("").parts
    if parts[0] in PROGRAM:
        py_compile.compile(str(file), quiet=2)
        return
    spec = find_spec(".".join(parts).removesuffix(".__init__"))
    if spec is None or spec.loader is None:
        return
    # Run up to its first import, for which the hook of pytest has compiled and kept it.
    module = module_from_spec(spec)
    vars(module)["__builtins__"] = {**vars(builtins), "__import__": _stop}
    with suppress(_Compiled, Exception):  # its tests will say what is wrong with it
        spec.loader.exec_module(module)


def _stop(*_: object) -> NoReturn:
    raise _Compiled
