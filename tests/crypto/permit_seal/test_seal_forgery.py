"""Forged seals: none is ever verified, and each is refused by the check meant for it."""

import pytest

from gateway.crypto.permit_seal.verify import PermitSealVerifier
from gateway.domain.identifiers import IsoCountryCode
from gateway.exchange.ports import SealJudgement
from tests.crypto.permit_seal import (
    forged_algorithms,
    forged_references,
    forged_signers,
    forged_structure,
)
from tests.crypto.permit_seal.forgery import WRITTEN, Came, Scene, Shape, anchor_of
from tests.crypto.permit_seal.seal_pki import NOON

SHAPES = [
    *forged_references.SHAPES,
    *forged_structure.SHAPES,
    *forged_algorithms.SHAPES,
    *forged_signers.SHAPES,
]


@pytest.fixture(scope="module")
def scene() -> Scene:
    return Scene()


def judged(scene: Scene, came: Came) -> SealJudgement:
    return PermitSealVerifier(anchor_of(scene.ca), IsoCountryCode("MZ"), lambda: NOON).judge(*came)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_a_forgery_is_never_shown_as_verified(scene: Scene, shape: Shape) -> None:
    found = judged(scene, shape.make(scene))
    assert not found.verdict.is_trusted
    assert found.document is None
    assert found.verdict.worth is shape.worth
    assert shape.reason in found.verdict.reason


def test_a_seal_signed_again_without_a_change_is_valid(scene: Scene) -> None:
    """So a forgery is refused for its change, not for the way it was signed."""
    found = judged(scene, scene.tree().signed(scene.signer).came(WRITTEN))
    assert found.verdict.is_trusted, found.verdict.reason
    assert found.document is not None
