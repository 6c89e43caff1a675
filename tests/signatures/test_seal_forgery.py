"""No forgery is ever shown as verified: every shape by its name, and the guard that refuses it."""

import pytest

from gateway.domain.identifiers import IsoCountryCode
from gateway.exchange.ports import Judged
from gateway.signatures.verifying import PermitSealVerifier
from tests.signatures import forged_algorithms, forged_references, forged_signers, forged_structure
from tests.signatures.forgery import WRITTEN, Came, Scene, Shape, anchor_of
from tests.signatures.seal_pki import NOON

SHAPES = [
    *forged_references.SHAPES,
    *forged_structure.SHAPES,
    *forged_algorithms.SHAPES,
    *forged_signers.SHAPES,
]


@pytest.fixture(scope="module")
def scene() -> Scene:
    return Scene()


def judged(scene: Scene, came: Came) -> Judged:
    return PermitSealVerifier(anchor_of(scene.ca), IsoCountryCode("MZ"), lambda: NOON).judge(*came)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_a_forgery_is_never_shown_as_verified(scene: Scene, shape: Shape) -> None:
    found = judged(scene, shape.make(scene))
    assert not found.verdict.vouched
    assert found.document is None
    assert found.verdict.worth is shape.worth
    assert shape.reason in found.verdict.reason


def test_the_forgers_pen_writes_true_seals_too(scene: Scene) -> None:
    """What is signed anew without any change holds: so it is the change that is refused, not the pen."""
    found = judged(scene, scene.tree().signed(scene.signer).came(WRITTEN))
    assert found.verdict.vouched, found.verdict.reason
    assert found.document is not None
