"""Example files for several nodes: they fit the gateway. test_two_nodes.py starts nginx itself."""

import difflib
import re
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.contract.sources import commands

CONF = Path(__file__).parents[2] / "conf"


def test_nginx_before_nodes_differs_from_nginx_only_where_it_says_so() -> None:
    one, several = (
        (CONF / name).read_text().splitlines() for name in ("nginx.conf", "nginx-nodes.conf")
    )
    changed = [line[1:].strip() for line in difflib.ndiff(one, several) if line[:1] in "+-"]
    said = {line.partition(" ")[0] for line in changed if line and not line.startswith("#")}
    assert said == {
        "server",
        "zone",
        "least_conn;",
        "include",
        "proxy_next_upstream",
        "proxy_next_upstream_timeout",
        "proxy_next_upstream_tries",
    }


def test_the_unit_of_several_gateways_is_the_unit_of_one() -> None:
    one, several = (
        (CONF / name).read_text() for name in ("epix-gateway.service", "epix-gateway@.service")
    )
    # Several gateways share the memory of a machine.
    left_out = ("#", "MemoryHigh=", "MemoryMax=")
    taken = [line for line in several.splitlines() if line and not line.startswith(left_out)]
    assert [line for line in one.splitlines() if line and not line.startswith(left_out)] == [
        line.replace("epix-gateway/%i", "epix-gateway").replace(" %i", "") for line in taken
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["compose.yaml", "compose-sqlite.yaml"])
def test_the_compose_file_says_only_what_there_is(name: str) -> None:
    said = (CONF / "compose.yaml").read_text().partition("\nname:")[0]
    text = (CONF / name).read_text().replace("${GATEWAY_HOME:-/srv/epix-gateway}", "home")
    compose = yaml.safe_load(text)
    services, secrets = compose["services"], compose["secrets"]
    volumes = compose.get("volumes", {})
    assert set(compose) - {"volumes"} == {"name", "services", "secrets"}
    for service in services.values():
        for needed in service.get("depends_on", {}):
            assert needed in services
        assert set(service.get("secrets", ())) <= set(secrets)
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            assert source in volumes or source.removeprefix("home/").partition("/")[0] in said
        if "build" in service:
            assert (CONF / service["build"]["dockerfile"].removeprefix("conf/")).is_file()
            assert service["command"][0] in commands()
    for variable in (
        name for service in services.values() for name in service.get("environment", {})
    ):
        if variable.startswith("EPIX_") and variable != "EPIX_DIR":
            table, key = variable.removeprefix("EPIX_").lower().split("__")
            example = (CONF / "gateway.toml").read_text()
            section = re.split(rf"^\[{table}\]$", example, flags=re.MULTILINE)[1].partition("\n[")[
                0
            ]
            assert re.search(rf"^(# )?{key} = ", section, re.MULTILINE), variable


def test_the_image_is_of_a_python_that_the_gateway_runs_on() -> None:
    project = tomllib.loads((CONF.parent / "pyproject.toml").read_text())["project"]
    text = (CONF / "Containerfile").read_text()
    (version,) = set(re.findall(r"^ARG PYTHON_IMAGE=\S*python:(3\.\d+)", text, re.MULTILINE))
    assert f"Programming Language :: Python :: {version}" in project["classifiers"]
    assert set(re.findall(r"^[A-Z]+", text, re.MULTILINE)) <= {
        "ARG",
        "FROM",
        "WORKDIR",
        "COPY",
        "RUN",
        "USER",
        "ENV",
        "HEALTHCHECK",
        "ENTRYPOINT",
        "CMD",
        "VOLUME",
        "EXPOSE",
    }
    (entry,) = re.findall(r'^ENTRYPOINT \["(\S+)"\]$', text, re.MULTILINE)
    assert entry in project["scripts"]


def test_the_compose_file_without_a_server_differs_only_by_the_server() -> None:
    with_server, without = (
        yaml.safe_load((CONF / name).read_text())
        for name in ("compose.yaml", "compose-sqlite.yaml")
    )
    assert set(with_server["services"]) - set(without["services"]) == {"database"}
    assert with_server["services"]["proxy"] == without["services"]["proxy"]
    one, other = with_server["services"]["gateway"], without["services"]["gateway"]
    assert {key for key in one if one[key] != other.get(key)} == {
        "environment",
        "secrets",
        "volumes",
        "depends_on",
    }
    assert all(each["read_only"] for each in with_server["services"].values())
