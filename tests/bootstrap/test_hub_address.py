"""The address for clients of the hub: there beside the others, with the version of the settings."""

from pathlib import Path

import pytest

from gateway.bootstrap import DevelopmentCa, build
from gateway.cli.workdir import Plan, make
from gateway.domain.identifiers import IsoCountryCode
from gateway.http import HttpRequest, settled
from gateway.settings import load_settings


@pytest.mark.parametrize(("setting", "version"), [("", "v2"), ('hub_answers = "v1"\n', "v1")])
def test_the_hub_s_address_is_served_with_the_version_of_the_settings(
    setting: str, version: str, tmp_path: Path
) -> None:
    directory = tmp_path / "mz"
    make(directory, Plan(IsoCountryCode("MZ"), "ANAC"), DevelopmentCa())
    file = directory / "conf/gateway.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("[gateway]\n", f"[gateway]\n{setting}", 1), encoding="utf-8")
    with build(load_settings(directory, {})) as gateway:
        site = gateway.service.site
        assert set(site.endpoints) == {"/epix/v1", "/epix/v2", "/epix/hub"}
        served = settled(site(HttpRequest("GET", "/epix/hub", "wsdl", {}, b"")))
        address = gateway.settings.gateway.public_address
        assert f'location="{address}/epix/hub"'.encode() in served.body
        assert site.endpoints["/epix/hub"]._flavour.contract.name == version
