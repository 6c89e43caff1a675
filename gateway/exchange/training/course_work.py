"""Course work: a person answers exercises, and the tours of the person's roles fill up."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.domain.people.person import Person
from gateway.domain.people.roles import Role
from gateway.domain.permit.permit import Permit
from gateway.domain.training.course import MODULES, TOURS
from gateway.domain.training.exercise import Choice, Differences, Exercise
from gateway.domain.training.module import Module
from gateway.exchange.ports import Clock
from gateway.exchange.ports.training.progress import TrainingProgress

FindPermit = Callable[[str], Permit]
"""Finds a permit of the sandbox by its number. Raises GatewayError."""


@dataclass(frozen=True, slots=True)
class ModuleState:
    """A module with the exercises that a person has passed. passed_at: of the last; or None."""

    module: Module
    passed: frozenset[str]
    passed_at: datetime | None

    @property
    def is_passed(self) -> bool:
        """Whether all exercises are passed."""
        return len(self.passed) == len(self.module.exercises)


@dataclass(frozen=True, slots=True)
class TourState:
    """A tour with the state of its modules."""

    role: Role
    modules: tuple[ModuleState, ...]

    @property
    def passed_at(self) -> datetime | None:
        """When the last module was passed; None while one is open."""
        moments = [each.passed_at for each in self.modules if each.is_passed and each.passed_at]
        return max(moments) if len(moments) == len(self.modules) else None


@dataclass(frozen=True, slots=True)
class CourseWork:
    """Use case: work through the course. permit: finds permits of the sandbox."""

    progress: TrainingProgress
    permit: FindPermit
    clock: Clock

    def tours(self, person: Person) -> Sequence[TourState]:
        """Return the tours of the person's roles. Raises ServiceUnavailable."""
        passed = self.progress.passed(person.id)
        return [
            TourState(role, tuple(_state(module, passed) for module in modules))
            for role, modules in TOURS.items()
            if person.has(role)
        ]

    def module(self, person: Person, key: str) -> ModuleState | None:
        """Return a module of any tour, for whoever wants to know. Raises ServiceUnavailable."""
        module = MODULES.get(key)
        return _state(module, self.progress.passed(person.id)) if module else None

    def answer(self, person: Person, exercise: Exercise, answers: Sequence[str]) -> bool:
        """Judge an answer, and note a right one. Raises GatewayError."""
        if isinstance(exercise, Choice | Differences):
            is_right = exercise.is_right(answers)
        else:
            is_right = exercise.is_right(answers, self.permit(exercise.number))
        if is_right:
            self.progress.pass_(person.id, exercise.key, self.clock())
        return is_right


def _state(module: Module, passed: Mapping[str, datetime]) -> ModuleState:
    moments = {each.key: passed[each.key] for each in module.exercises if each.key in passed}
    return ModuleState(module, frozenset(moments), max(moments.values(), default=None))
