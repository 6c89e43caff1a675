"""Training course: each role works through its tour, and the sandbox checks the answers."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from gateway.domain.people.roles import Role
from gateway.domain.people.sentence import Sentence
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.quantity import Quantity
from gateway.domain.training.course import MODULES, TOURS
from gateway.domain.training.exercise import Choice, Differences, Exercise, Reading
from gateway.exchange.permits.own_permits import PermitName
from gateway.web.authority.boxes import boxes_of
from tests.builders import a_permit
from tests.web.people.conftest import Desk
from tests.web.training.conftest import Course

DIFFERENCES = next(each for each in MODULES["border"].exercises if isinstance(each, Differences))
SAID = Sentence("said")


def permit_of(course: Course, number: str) -> Permit:
    return course.gateway.permits.show.show(PermitName("MZ", number)).permit


def right_answer(course: Course, exercise: Exercise) -> list[str]:
    if isinstance(exercise, Choice):
        return [str(exercise.right)]
    if isinstance(exercise, Differences):
        return sorted(exercise.boxes)
    value = exercise.value(permit_of(course, exercise.number))
    assert value is not None, exercise.key
    if isinstance(value, Quantity):
        return [str(value.amount)]
    return [value.date().isoformat() if isinstance(value, datetime) else value]


@pytest.mark.long_haul  # the short form answers single exercises
@pytest.mark.slow
@pytest.mark.parametrize("role", Role)
def test_each_role_finishes_its_tour_and_prints_a_confirmation(course: Course, role: Role) -> None:
    visitor = course.signed_in(role.value)
    assert "0 of 3 exercises passed" in visitor.get("/training").words
    confirmation = f"/training/confirmation/{role.value}"
    for module in TOURS[role]:
        for exercise in module.exercises:
            assert visitor.get(confirmation).status == 404
            path = f"/training/{module.key}"
            visitor.get(path)
            wrong = visitor.post(path, {"exercise": exercise.key, "answer": ["9"]})
            assert "not right yet" in wrong.words
            right = {"exercise": exercise.key, "answer": right_answer(course, exercise)}
            answer = visitor.post(path, right)
            assert "not right yet" not in answer.words
            assert str(exercise.reason) in answer.words
    printed = visitor.get(confirmation)
    assert printed.status == 200
    for module in TOURS[role]:
        assert str(module.title) in printed.words
    others = set(Role) - {role}
    assert {visitor.get(f"/training/confirmation/{other}").status for other in others} == {404}


@pytest.mark.slow
def test_progress_is_a_person_s_own(course: Course) -> None:
    visitor = course.signed_in("customs")
    visitor.get("/training/common")
    visitor.post("/training/common", {"exercise": "common-record", "answer": "1"})
    assert "1 of 3 exercises passed" in visitor.get("/training").words
    assert "1 of 3" not in course.signed_in("authority").get("/training").words


@pytest.mark.slow
def test_answers_that_no_page_of_ours_sends_are_refused(course: Course) -> None:
    visitor = course.signed_in("customs")
    visitor.get("/training/border")
    for fields in (
        {"exercise": "common-record", "answer": "1"},
        {"exercise": "border-<script>", "answer": "1"},
        {},
    ):
        assert visitor.post("/training/border", fields).status == 404
    assert visitor.get("/training/none").status == 404
    hostile = visitor.post(
        "/training/border", {"exercise": "border-stamp", "answer": "<script>\u202e" + "9" * 5000}
    )
    assert hostile.status == 200
    assert "<script>" not in hostile.text
    assert "not right yet" in hostile.words
    unsigned = {"exercise": "border-more", "answer": "1", "form_token": "0"}
    assert visitor.post("/training/border", unsigned).status == 403
    assert "0 of 3" in visitor.get("/training").words


def test_the_paper_differs_from_the_record_in_the_boxes_that_count(course: Course) -> None:
    permit = permit_of(course, DIFFERENCES.number)
    record, paper = boxes_of(permit, "en"), boxes_of(DIFFERENCES.paper(permit), "en")
    pairs = list(zip(record.head, paper.head, strict=True))
    for (_, ours), (_, theirs) in zip(record.lines, paper.lines, strict=True):
        pairs += zip(ours, theirs, strict=True)
    assert {mine.box for mine, other in pairs if mine != other} == DIFFERENCES.boxes


@pytest.mark.slow
def test_an_ordinary_gateway_has_no_training(desk: Desk) -> None:
    visitor = desk.signed_in("customs")
    assert visitor.get("/training").status == 404
    assert "Training" not in visitor.get("/").words


@pytest.mark.parametrize("typed", ["12.5", " 12,5 ", "12.50 KGM", "12.5kgm", "12,5 kg"])
def test_a_figure_counts_however_it_is_written(typed: str) -> None:
    reading = Reading("key", SAID, "1", lambda _: Quantity(Decimal("12.5"), "KGM"), SAID)
    assert reading.is_right([typed], a_permit())


@pytest.mark.parametrize(
    "typed", ["", "125", "1.2.5", "12.5.0", "NaN", "1e1", "٣", "12.5 kilos", "12.5 g", "12.5 NAR"]
)
def test_another_figure_does_not(typed: str) -> None:
    reading = Reading("key", SAID, "1", lambda _: Quantity(Decimal("12.5"), "KGM"), SAID)
    assert not reading.is_right([typed], a_permit())
    assert not reading.is_right([], a_permit())


def test_a_value_that_the_permit_does_not_have_is_never_right() -> None:
    reading = Reading("key", SAID, "1", lambda permit: permit.purpose, SAID)
    assert not reading.is_right([""], replace(a_permit(), purpose=None))


def test_each_box_that_differs_is_ticked_once_and_no_other() -> None:
    assert DIFFERENCES.is_right(["11", "2"])
    for answers in ([], ["2"], ["2", "11", "7"], ["2", "11", "11"]):
        assert not DIFFERENCES.is_right(answers)
    keys = [each.key for module in MODULES.values() for each in module.exercises]
    assert len(keys) == len(set(keys))
    assert all(len(key) <= 40 for key in keys)


@pytest.mark.slow
def test_a_person_sees_each_box_that_differs_beside_the_one_of_the_record(course: Course) -> None:
    visitor = course.signed_in("auditor")
    words = visitor.get("/training/border").words
    assert "11 B: Quantity (including unit) 12.5 KGM 125 KGM" in words
    for box in DIFFERENCES.boxes:
        assert f"Box {box}" in words
