"""Receiving module: an application is checked before it is judged."""

from gateway.domain.people.sentence import Sentence
from gateway.domain.training.exercise import Choice, Reading
from gateway.domain.training.module import Module

RECEIVING = Module(
    "receiving",
    Sentence("Receiving applications"),
    (
        Sentence(
            "The authority first checks whether an application is whole: names and addresses of"
            " both sides, species by its accepted name, term and unit of the lists, source and"
            " purpose."
        ),
        Sentence(
            "The gateway judges each record by its rules before it is published. An error is"
            " mended first; a risk and a warning are for a person to decide."
        ),
        Sentence(
            "Source W is taken from the wild, R ranched, C bred in captivity, D bred in captivity"
            " for commercial trade of Appendix I, A artificially propagated, I confiscated, O"
            " pre-Convention."
        ),
    ),
    (
        Choice(
            "receiving-error",
            Sentence(
                "A record has an error in box 9 of line A. What happens when it is published?"
            ),
            (
                Sentence("It is published with a note"),
                Sentence("It is refused, and nothing of it is stored"),
                Sentence("The line is left out"),
            ),
            1,
            Sentence("A permit is published whole or not at all. The finding names box and line."),
        ),
        Choice(
            "receiving-source",
            Sentence("Which letter is the source of crocodiles that were ranched?"),
            (Sentence("W"), Sentence("C"), Sentence("R")),
            2,
            Sentence("Ranched: taken as eggs or young from the wild, and reared in control."),
        ),
        Reading(
            "receiving-species",
            Sentence("Which species, by its scientific name, does line A of this permit name?"),
            "MZ26EX000001",
            lambda permit: permit.positions[0].scientific_name if permit.positions else None,
            Sentence("Box 7 holds the scientific name, box 8 the common name."),
        ),
    ),
)
