"""Deciding module: issuing, replacing and cancelling permits."""

from gateway.domain.people.sentence import Sentence
from gateway.domain.training.exercise import Choice, Reading
from gateway.domain.training.module import Module

ISSUING = Module(
    "issuing",
    Sentence("Deciding and issuing"),
    (
        Sentence(
            "Before an export permit is issued, the Scientific Authority advises that the export is"
            " not detrimental to the species, and the Management Authority finds that the specimens"
            " were obtained legally."
        ),
        Sentence(
            "An export permit is valid for at most six months, an import permit for at most twelve."
            " It is sealed when it is published; later changes make a new version or a new permit."
        ),
        Sentence(
            "A permit that was lost or damaged is replaced: the new one names the old one in box 5."
            " A cancelled or replaced permit is refused to every partner that asks."
        ),
    ),
    (
        Choice(
            "issuing-advice",
            Sentence("Who says that an export is not detrimental to the species?"),
            (
                Sentence("The exporter"),
                Sentence("Customs of the importing country"),
                Sentence("The Scientific Authority"),
            ),
            2,
            Sentence("Articles III and IV, paragraph 2 (a)."),
        ),
        Choice(
            "issuing-lost",
            Sentence("The holder has lost the paper of a permit that was not used. What is right?"),
            (
                Sentence("A replacement that names the lost permit; the lost one ends"),
                Sentence("A second print of the same permit"),
                Sentence("A new permit without a word about the old one"),
            ),
            0,
            Sentence("Else both papers could be used. Partners that asked before are told."),
        ),
        Reading(
            "issuing-until",
            Sentence("What is the last day of validity of this permit? Write it as 2026-12-31."),
            "MZ26EX000010",
            lambda permit: permit.valid_until,
            Sentence("Box 2. The day itself is included; this permit has expired since."),
        ),
    ),
)
