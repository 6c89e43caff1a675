"""Covered lines: which lines inside of functions the inputs of a corpus run through.

Measured when the corpus is tried again, by sys.monitoring (Python 3.12), on code that is not
instrumented. Lines of classes and modules run at import and do not count.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import CodeType

ROOT = Path(__file__).parents[3]


def lines_of(modules: Sequence[str]) -> set[tuple[str, int]]:
    """File and number of every line inside of the functions of these files."""
    found = set()
    for module in modules:
        file = str(ROOT / module)
        code = compile(Path(file).read_bytes(), file, "exec")
        for function in _functions(code):
            first = function.co_firstlineno
            numbers = {line for _, _, line in function.co_lines() if line and line > first}
            found |= {(file, number) for number in numbers}
    return found


def _functions(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            if constant.co_flags & 0x2:  # CO_NEWLOCALS: a function, not a class
                yield constant
            yield from _functions(constant)


class Watch:
    """While it is entered, notes the lines that run. seen: file and number."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, int]] = set()

    def __enter__(self) -> "Watch":
        monitoring = sys.monitoring
        monitoring.use_tool_id(monitoring.COVERAGE_ID, "fuzzing")
        monitoring.register_callback(monitoring.COVERAGE_ID, monitoring.events.LINE, self._line)
        monitoring.set_events(monitoring.COVERAGE_ID, monitoring.events.LINE)
        return self

    def __exit__(self, *_: object) -> None:
        sys.monitoring.set_events(sys.monitoring.COVERAGE_ID, 0)
        sys.monitoring.free_tool_id(sys.monitoring.COVERAGE_ID)

    def _line(self, code: CodeType, number: int) -> object:
        self.seen.add((code.co_filename, number))
        return sys.monitoring.DISABLE
