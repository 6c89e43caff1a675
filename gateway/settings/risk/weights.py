"""Weights of the indicators of risk, [risk]."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from gateway.domain.risk.indicators import Indicator
from gateway.domain.risk.score import DEFAULT_WEIGHTS
from gateway.settings.section import Section

_Weight = Annotated[int, Field(ge=0, le=1000)]


class RiskSettings(Section):
    """[risk]: the weight of each indicator, from 0 to 1000; with 0 it is shown and adds nothing."""

    repeated_number: _Weight = DEFAULT_WEIGHTS[Indicator.REPEATED_NUMBER]
    """The number stands on permits of several issuers."""

    repeated_stamp: _Weight = DEFAULT_WEIGHTS[Indicator.REPEATED_STAMP]
    """The number of the security stamp stands on several documents of its chain."""

    beyond_quota: _Weight = DEFAULT_WEIGHTS[Indicator.BEYOND_QUOTA]
    """A published quota is passed (rules K02, K03, K08)."""

    suspension: _Weight = DEFAULT_WEIGHTS[Indicator.SUSPENSION]
    """Trade is suspended (rules S01, S04)."""

    source_and_purpose: _Weight = DEFAULT_WEIGHTS[Indicator.SOURCE_AND_PURPOSE]
    """Source and purpose do not go together (rules C01 to C06, S08)."""

    unusual_route: _Weight = DEFAULT_WEIGHTS[Indicator.UNUSUAL_ROUTE]
    """The goods come back to a country, or were re-exported more than twice."""

    earlier_mismatch: _Weight = DEFAULT_WEIGHTS[Indicator.EARLIER_MISMATCH]
    """Counts of two countries differed before."""

    shown_elsewhere: _Weight = DEFAULT_WEIGHTS[Indicator.SHOWN_ELSEWHERE]
    """A country that the permit does not name asked for it, or it was used before (rule S06)."""

    chain_open: _Weight = DEFAULT_WEIGHTS[Indicator.CHAIN_OPEN]
    """The goods of a re-export are not followed to their origin."""

    more_than_came_in: _Weight = DEFAULT_WEIGHTS[Indicator.MORE_THAN_CAME_IN]
    """More was re-exported than came in."""

    @property
    def weights(self) -> Mapping[Indicator, int]:
        """The weight of each indicator."""
        return {indicator: getattr(self, indicator.value) for indicator in Indicator}
