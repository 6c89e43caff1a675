"""OpenAPI description: served whole, and the real server is held to it by schemathesis."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from gateway.domain.api.key import Scope
from gateway.web.api import application
from tests.long_haul import repetitions
from tests.programs import program
from tests.web.api.conftest import Api
from tests.web.api.served import ServedApi, served_api

PAGE = Path(__file__).parents[3] / "docs/api.md"
EXAMPLES = repetitions(short=4, long=4, endurance=8)


def test_the_description_is_openapi_3_1_and_open_to_anybody(shared: Api) -> None:
    answer = shared.get("/openapi.json", authorization="")
    found = json.loads(answer.text)
    assert found["openapi"].startswith("3.1")
    assert found["servers"] == [{"url": "/api/v1"}]
    for path, methods in found["paths"].items():
        assert "token" not in path
        for method, operation in methods.items():
            ((scope,),) = [each["apiKey"] for each in operation["security"]]
            assert scope in {each.value for each in Scope}
            assert operation["description"], path
            assert {"401", "403", "422", "429", "503"} <= set(operation["responses"])
            names = {each["name"] for each in operation.get("parameters", ())}
            assert ("Idempotency-Key" in names) == (method == "post" and path not in ASKING)
    identities = [
        operation["operationId"]
        for methods in found["paths"].values()
        for operation in methods.values()
    ]
    assert len(set(identities)) == len(identities)


def test_the_description_is_made_when_it_is_asked_for_and_once(
    shared: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[FastAPI] = []

    def noted(api: FastAPI) -> dict[str, object]:
        made.append(api)
        return {"openapi": "3.1.0"}

    monkeypatch.setattr(application, "_DESCRIPTION", {})
    monkeypatch.setattr(application, "description", noted)
    application.api_application.cache_clear()
    application.api_application()
    assert not made
    for _ in range(2):
        assert json.loads(shared.get("/openapi.json", authorization="").text) == {
            "openapi": "3.1.0"
        }
    assert len(made) == 1


def test_the_page_names_every_operation(shared: Api) -> None:
    answer = shared.get("/", authorization="")
    assert answer.status == 200
    assert "script" not in answer.headers["content-security-policy"]
    for path in json.loads(shared.get("/openapi.json").text)["paths"]:
        assert f"/api/v1{path}" in answer.text
    assert "/static/" in answer.text


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[ServedApi]:
    """A server for the tests of this module."""
    folder = tmp_path_factory.mktemp("served")
    served = served_api(Path(shutil.copytree(prepared, folder / "mz", symlinks=True)))
    served.start()
    yield served
    served.close()


@pytest.mark.slow
def test_the_examples_of_the_page_work(served: ServedApi) -> None:
    program("curl")
    examples = re.findall(r"```bash\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(examples) == 10
    environment = {"API": f"{served.address}/api/v1", "KEY": served.key}
    for example in examples:
        run = subprocess.run(
            ["bash", "-c", example],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert run.returncode == 0, example + run.stdout + run.stderr


@pytest.mark.long_haul  # the other tests of this folder ask for each kind of answer
@pytest.mark.slow
def test_the_server_keeps_to_its_description(served: ServedApi, tmp_path: Path) -> None:
    """A process of its own: its plug-in for pytest would be loaded for all tests."""
    (tmp_path / "schemathesis.toml").write_text(CONFIGURATION, encoding="utf-8")
    command = [
        *(Path(sys.executable).with_name("schemathesis"), "run"),
        f"{served.address}/api/v1/openapi.json",
        *("--header", f"Authorization: Bearer {served.key}"),
        *("--phases", "coverage,fuzzing", "--max-examples", str(EXAMPLES)),
        *("--checks", "all", "--exclude-checks", EXCLUDED, "--seed", "1", "--workers", "1"),
        *("--warnings", "off", "--suppress-health-check", "all"),
    ]
    run = subprocess.run(
        command,
        cwd=tmp_path,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]


CONFIGURATION = """
[checks]
not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", "502"]
"""
"""502: the partner of the tests is not reached, which is described."""

ASKING = ("/declarations/check",)
"""Operations that take a body and change nothing."""

EXCLUDED = ",".join(
    (
        "positive_data_acceptance",  # a number that is described well is not known here
        "ignored_auth",  # it takes the same key twice, also after `--header`
    )
)
