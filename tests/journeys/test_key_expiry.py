"""Certificate that expires in five days: a real server says so in its log and in ServiceState."""

import sys
from pathlib import Path

import pytest

from gateway.bootstrap import build
from gateway.cli.demo import two_gateways
from gateway.exchange.ports import PartnerState
from gateway.settings import load_settings
from tests.forked.commands import running
from tests.pki import DAY, NOW, SERVER, Authority

pytestmark = pytest.mark.slow


def test_a_server_says_that_its_certificate_ends(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    made = two_gateways.make(tmp_path)
    server, partner = made.mozambique.directory, made.south_africa.directory
    authority = Authority(tmp_path, "national")
    short = authority.issue(
        "epix", SERVER, hosts=["127.0.0.1"], since=NOW - 80 * DAY, until=NOW + 5.5 * DAY
    )
    (server / "keys/server/dev/certificate.pem").write_bytes(short.certificate_file.read_bytes())
    (server / "keys/server/dev/key.pem").write_bytes(short.key_file.read_bytes())
    (partner / "keys/dev-ca.pem").write_bytes(authority.pem.read_bytes())
    with (
        running([sys.executable, "-m", "gateway", "serve", "--dir", server]),
        build(load_settings(partner, {})) as gateway,
    ):
        ((_, answer),) = gateway.partners.states.ask("MZ")
    assert isinstance(answer, PartnerState)
    assert answer.state == "DEGRADED"
    (told,) = [line for line in capfd.readouterr().err.splitlines() if "alert=certificate" in line]
    assert "ERROR" in told
    assert told.endswith(f"server: CN=epix ends in 5 days, on {NOW + 5.5 * DAY:%Y-%m-%d}")
