"""Metrics of the pages for people: areas and classes of status, and what failed at the sign-in."""

import pytest

from gateway.operations.web_metrics import WebMetrics
from tests.web.people.conftest import PASSWORD, MakeDesk


def test_answers_and_failed_sign_ins_are_counted_without_any_name(
    make_desk: MakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    metrics = WebMetrics()
    monkeypatch.setattr("gateway.bootstrap.web.serving.WebMetrics", lambda: metrics)
    desk = make_desk()
    visitor = desk.visitor()
    visitor.sign_in("secret-name", "nine purple ladders")
    visitor.get("/sign-in/passkey")
    visitor.post("/sign-in/passkey", {"passkey": "{}"})
    visitor.get("/recover")
    new = {"new_password": "nine purple ladders", "repeated_password": "nine purple ladders"}
    visitor.post("/recover", {"code": "guess", **new})
    visitor.sign_in("administrator", PASSWORD)
    visitor.get("/people/by-name/customs")
    visitor.get("/")

    def count(name: str, **labels: str) -> float | None:
        return metrics.registry.get_sample_value(name, labels)

    for shown in ("password", "passkey", "one-time code"):
        assert count("epix_web_failed_sign_ins_total", shown=shown) == 1.0, shown
    assert count("epix_web_answers_total", area="sign-in", status="4xx") == 2.0
    assert count("epix_web_answers_total", area="people", status="2xx") == 1.0
    assert count("epix_web_answer_seconds_count", area="people") == 1.0
    assert count("epix_web_answers_total", area="start", status="2xx") == 1.0
    labels = {
        str(sample.labels) for metric in metrics.registry.collect() for sample in metric.samples
    }
    assert not [text for text in labels if "customs" in text or "secret-name" in text]


def test_every_kind_of_page_has_an_area() -> None:
    metrics = WebMetrics()
    pages = (
        "/",
        "/desk",
        "/desk/look-ups/{id}",
        "api:certificate_status",
        "/people/by-name/{name}",
    )
    for page in pages:
        metrics.answered(page, 200, 0.1)
    labels = {
        sample.labels["area"]
        for metric in metrics.registry.collect()
        for sample in metric.samples
        if "area" in sample.labels
    }
    assert labels == {"start", "desk", "api", "people"}
