"""Applicant's module: the document that a trade needs, and what the application has to say."""

from gateway.domain.people.sentence import Sentence
from gateway.domain.training.exercise import Choice, Reading
from gateway.domain.training.module import Module

APPLICANT = Module(
    "applicant",
    Sentence("The applicant's view"),
    (
        Sentence(
            "An export of species of Appendix II needs an export permit. Of species of Appendix I"
            " it needs an import permit of the country of destination as well, which comes first."
        ),
        Sentence(
            "Goods that were imported before leave with a re-export certificate. It names the"
            " country of origin with its permit in box 12, and that of the last re-export in box"
            " 12a."
        ),
        Sentence(
            "Each line of an application says species, term, source, quantity and unit. The"
            " quantity is a limit: less may be shipped, never more."
        ),
    ),
    (
        Choice(
            "applicant-import",
            Sentence(
                "A trophy of a species of Appendix I is exported. Which document comes first?"
            ),
            (
                Sentence("The export permit"),
                Sentence("The import permit"),
                Sentence("The re-export certificate"),
            ),
            1,
            Sentence(
                "Article III: the export permit needs proof that an import permit was granted."
            ),
        ),
        Choice(
            "applicant-reexport",
            Sentence(
                "Skins that were imported last year are sold to a third country. What is needed?"
            ),
            (
                Sentence("A re-export certificate"),
                Sentence("An export permit"),
                Sentence("Nothing, as they were imported legally"),
            ),
            0,
            Sentence(
                "The certificate says that they were imported in accordance with the Convention."
            ),
        ),
        Reading(
            "applicant-quantity",
            Sentence("How many kilograms of meat does line B of this permit allow?"),
            "MZ26EX000001",
            lambda permit: next(
                (line.quantity for line in permit.positions if line.id == "B"),
                None,
            ),
            Sentence("Box 11 of line B. Every shipment on the permit counts towards it."),
        ),
    ),
)
