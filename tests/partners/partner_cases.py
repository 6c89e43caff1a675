"""Answers of partners for these tests, and the permit that is asked for."""

from pathlib import Path
from typing import Any

from gateway.domain.identifiers import CertificateNumber, IsoCountryCode, TokenId
from gateway.partners.profile import PartnerProfile
from gateway.settings import load_dialect
from tests.programs import unavailable

ROOT = Path(__file__).parents[2]
ENVELOPES = ROOT / "tests" / "documents" / "envelopes"
NUMBER = CertificateNumber("ZA26EX000417")
TOKEN = TokenId("Q7-SECRET-TOKEN")


def envelope(name: str) -> bytes:
    return (ENVELOPES / name).read_bytes()


def sample(version: str) -> bytes:
    """A real partner's answer. It lies beside the checkout and may not be copied into it."""
    path = (
        ROOT.parent
        / "shared"
        / "epix"
        / "samples"
        / f"{version}-get_non_final_cites_certificate.xml"
    )
    if not path.exists():
        unavailable("the real samples are not beside the checkout")
    return path.read_bytes()


def profile(address: str, **changes: Any) -> PartnerProfile:
    """A partner that must answer at once. version: of a standard dialect; or `dialect`, by name."""
    values: dict[str, Any] = {
        "key": "za-dffe",
        "country": IsoCountryCode("ZA"),
        "soap": "1.1",
        "send_country": True,
        "connect_timeout_seconds": 2.0,
        "read_timeout_seconds": 2.0,
        "total_timeout_seconds": 5.0,
        "max_reply_bytes": 10 * 1024 * 1024,
    }
    named = changes.pop("dialect", f"standard-{changes.pop('version', 'v2')}")
    values["dialect"] = load_dialect(named) if isinstance(named, str) else named
    return PartnerProfile(address=address, **(values | changes))
