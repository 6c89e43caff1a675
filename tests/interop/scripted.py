"""SOAP client in another language, run as a script: JSON in, its typed values out."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.interop.sandbox import Sandbox

Call = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class ScriptedClient:
    """A script that takes the address of a WSDL and the SOAP version.

    command: the interpreter and the script.
    """

    command: Sequence[str]
    sandbox: Sandbox

    def ask(self, version: str, soap: str, *calls: Call) -> list[dict[str, Any]]:
        """A result for each call: {"answer": ...} or {"fault": ...}."""
        ran = subprocess.run(
            [*self.command, self.sandbox.wsdl(version), soap],
            input=json.dumps(calls),
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert ran.returncode == 0, ran.stderr or ran.stdout
        results: list[dict[str, Any]] = json.loads(ran.stdout)
        assert len(results) == len(calls)
        return results

    def answers(self, version: str, soap: str, *calls: Call) -> list[Any]:
        """The answer to each call; none may be refused."""
        results = self.ask(version, soap, *calls)
        assert all("answer" in result for result in results), results
        return [result["answer"] for result in results]

    def faults(self, version: str, soap: str, *calls: Call) -> list[Any]:
        """The fault of each call; none may be answered."""
        results = self.ask(version, soap, *calls)
        assert all("fault" in result for result in results), results
        return [result["fault"] for result in results]
