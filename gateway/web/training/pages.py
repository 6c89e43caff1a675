"""Pages of the training course: tours, modules with their exercises, and the confirmation."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from gateway.domain.people.roles import Role
from gateway.domain.people.sentence import Sentence
from gateway.domain.training.exercise import Choice, Differences, Exercise, Reading
from gateway.exchange.training.course_work import CourseWork
from gateway.web.authority.boxes import BoxRow, boxes_of
from gateway.web.people.navigation import Entry
from gateway.web.people.page import Access, Area, Page
from gateway.web.people.visit import Visit
from gateway.web.people.words import ROLES

_SHOWN = frozenset({"1", "2", "3", "3a", "5a", "5b", "7", "11"})
"""Boxes that a paper and its permit are compared in: all of them would be long on a telephone."""


@dataclass(frozen=True, slots=True)
class ShownExercise:
    """An exercise on a page. state: passed, wrong, or empty.

    head, lines: boxes of its permit; paper: the same of the paper, where there is one to compare.
    numbers: of the boxes that can be ticked.
    """

    exercise: Exercise
    kind: str
    state: str
    head: tuple[BoxRow, ...] = ()
    lines: tuple[tuple[str, tuple[BoxRow, ...]], ...] = ()
    paper: tuple[tuple[str, str, str, str], ...] = ()
    numbers: tuple[str, ...] = ()
    typed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TrainingPages:
    """Handlers."""

    course: CourseWork

    def overview(self, visit: Visit) -> Response:
        """The tours of the person's roles."""
        person, _ = visit.signed_in
        tours = self.course.tours(person)
        return visit.page("training/overview.html", {"tours": tours, "roles": ROLES})

    def module(self, visit: Visit) -> Response:
        """A module, before and after an answer."""
        return self._module(visit, "", ())

    def answer(self, visit: Visit) -> Response:
        """Judge an answer. The page comes again, with a mark beside the exercise."""
        person, _ = visit.signed_in
        state = self.course.module(person, visit.parameters.get("module", ""))
        exercise = state.module.exercise(visit.form.text("exercise")) if state else None
        if exercise is None:
            return visit.page("people/problem.html", {"problem": "nothing"}, 404)
        answers = visit.form.texts("answer")
        is_right = self.course.answer(person, exercise, answers)
        return self._module(visit, "" if is_right else exercise.key, answers)

    def confirmation(self, visit: Visit) -> Response:
        """The confirmation of a tour that is passed, to print."""
        person, _ = visit.signed_in
        role = visit.parameters.get("role", "")
        tour = next((each for each in self.course.tours(person) if each.role == role), None)
        if tour is None or tour.passed_at is None:
            return visit.page("people/problem.html", {"problem": "nothing"}, 404)
        values = {
            "tour": tour,
            "role": ROLES[tour.role],
            "authorities": sorted(person.authorities(tour.role)),
        }
        return visit.page("training/confirmation.html", values)

    def _module(self, visit: Visit, wrong: str, answers: Sequence[str]) -> Response:
        person, _ = visit.signed_in
        state = self.course.module(person, visit.parameters.get("module", ""))
        if state is None:
            return visit.page("people/problem.html", {"problem": "nothing"}, 404)
        shown = [
            self._shown(
                each,
                "wrong" if each.key == wrong else "passed" if each.key in state.passed else "",
                tuple(answers) if each.key == wrong else (),
                visit.language,
            )
            for each in state.module.exercises
        ]
        return visit.page("training/module.html", {"state": state, "exercises": shown})

    def _shown(
        self, exercise: Exercise, state: str, typed: tuple[str, ...], language: str
    ) -> ShownExercise:
        if isinstance(exercise, Choice):
            return ShownExercise(exercise, "choice", state, typed=typed)
        permit = self.course.permit(exercise.number)
        boxes = boxes_of(permit, language)
        if isinstance(exercise, Reading):
            return ShownExercise(exercise, "reading", state, boxes.head, boxes.lines, typed=typed)
        return self._compared(exercise, state, typed, language)

    def _compared(
        self, exercise: Differences, state: str, typed: tuple[str, ...], language: str
    ) -> ShownExercise:
        permit = self.course.permit(exercise.number)
        record, paper = boxes_of(permit, language), boxes_of(exercise.paper(permit), language)
        rows = _rows(record.head, paper.head, "")
        for (letter, ours), (_, theirs) in zip(record.lines, paper.lines, strict=True):
            rows += _rows(ours, theirs, letter)
        numbers = tuple(dict.fromkeys(box for box, *_ in rows if box))
        return ShownExercise(
            exercise, "differences", state, paper=tuple(rows), numbers=numbers, typed=typed
        )


def _rows(
    ours: Sequence[BoxRow], theirs: Sequence[BoxRow], letter: str
) -> list[tuple[str, str, str, str]]:
    """Box, label, what the record says, what the paper says."""
    label = f"{letter}: " if letter else ""
    return [
        (mine.box, f"{label}{mine.label}", ", ".join(mine.lines), ", ".join(other.lines))
        for mine, other in zip(ours, theirs, strict=True)
        if mine.box in _SHOWN
    ]


def training_area(pages: TrainingPages) -> Area:
    """The area of the training course."""
    entry = Entry(
        "/training",
        Sentence("Training"),
        Sentence("A tour for your role, with exercises on the permits of the sandbox."),
    )
    roles = frozenset(Role)
    return Area(
        (
            Page("/training", Access.FULL, pages.overview, roles=roles),
            Page("/training/confirmation/{role}", Access.FULL, pages.confirmation, roles=roles),
            Page("/training/{module}", Access.FULL, pages.module, pages.answer, roles=roles),
        ),
        (entry,),
    )
