"""Border module: paper and record compared, quantities counted."""

from gateway.domain.people.sentence import Sentence
from gateway.domain.training.exercise import Choice, Differences, Reading, altered
from gateway.domain.training.module import Module

BORDER = Module(
    "border",
    Sentence("Control at the border"),
    (
        Sentence(
            "The desk says first whether a permit may pass, must be asked about, or is not"
            " accepted, with the reasons. Then compare the paper with the record, box by box, and"
            " the goods with both."
        ),
        Sentence(
            "Count what is there and confirm it line by line, dead and seized specimens apart. The"
            " issuing authority writes it into box 14, and the permit cannot be used twice."
        ),
        Sentence(
            "Where the partner cannot be reached, the desk shows the last verified copy with its"
            " age, not confirmed live. The QR code of the paper proves without a network that the"
            " authority signed its boxes."
        ),
    ),
    (
        Differences(
            "border-differences",
            Sentence("The paper was altered. Tick the boxes in which it differs from the record."),
            "MZ26EX000001",
            altered,
            frozenset({"2", "11"}),
            Sentence("A later last day, and ten times the quantity of line B: do not accept it."),
        ),
        Choice(
            "border-more",
            Sentence("The permit allows 5 skins, and 6 are in the box. What is confirmed?"),
            (
                Sentence("6, and the permit passes"),
                Sentence("5 at most; the sixth is not covered and is held back"),
                Sentence("Nothing is ever confirmed"),
            ),
            1,
            Sentence("Box 11 is a limit. What is over it has no permit."),
        ),
        Reading(
            "border-stamp",
            Sentence("Which security stamp, box 5b, must the paper of this permit have?"),
            "MZ26EX000001",
            lambda permit: (
                permit.management_authority.stamp if permit.management_authority else None
            ),
            Sentence("Another stamp on the paper, or the same on two papers, is a reason to ask."),
        ),
    ),
)
