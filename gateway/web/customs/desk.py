"""Use cases and facts of the customs desk, handed in by the composition root."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.domain.paper.verdict import PaperVerdict
from gateway.exchange.customs.count import CountQuantities
from gateway.exchange.customs.look_up import LookUpPermit
from gateway.exchange.customs.signed_verdict import Verdicts
from gateway.exchange.declarations.acts import ActOnDeclarations
from gateway.exchange.declarations.read import ReadDeclarations


@dataclass(frozen=True, slots=True)
class HeldByDeclarations:
    """Use cases of declarations. act: gives the use case, which needs keys."""

    read: ReadDeclarations
    act: Callable[[], ActOnDeclarations]


@dataclass(frozen=True, slots=True)
class CustomsDesk:
    """countries: codes of the partners that can be asked.

    judge_code: says what the text of a QR code is worth; raises InvalidRequest, KeyUnusable.
    longest_seconds: for which a look-up waits for the slowest partner.
    scanner: address of the folder of the check page's scripts; empty where there is no check page.
    clock: gives the moment, aware.
    """

    look_ups: LookUpPermit
    counts: CountQuantities
    verdicts: Verdicts
    declarations: HeldByDeclarations
    countries: Sequence[str]
    judge_code: Callable[[str], PaperVerdict]
    longest_seconds: float
    scanner: str
    clock: Callable[[], datetime]
