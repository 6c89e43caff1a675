"""JSON form of a risk: score, indicators, evidence, as the command and the JSON API give them."""

from gateway.domain.risk.score import Risk


def as_json(risk: Risk) -> dict[str, object]:
    """Return the values of a risk. Sentences are in English."""
    return {
        "country": risk.held.name.country,
        "number": risk.held.name.number,
        "score": risk.score,
        "indicators": [
            {
                "indicator": weighed.indicator.value,
                "weight": weighed.weight,
                "points": weighed.points,
                "evidence": [
                    {"text": str(piece.text), "from": str(piece.source)}
                    for piece in weighed.judged.evidence
                ],
                "not_judged": str(weighed.judged.unjudged) if weighed.judged.unjudged else None,
            }
            for weighed in risk.indicators
        ],
    }
