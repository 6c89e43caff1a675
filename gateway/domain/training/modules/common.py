"""Common module: permits, Appendices, and what a gateway exchanges."""

from gateway.domain.people.sentence import Sentence
from gateway.domain.training.exercise import Choice, Reading
from gateway.domain.training.module import Module

COMMON = Module(
    "common",
    Sentence("What is common to all"),
    (
        Sentence(
            "International trade in species of the Appendices of CITES needs a permit or a"
            " certificate. The Management Authority of the exporting country issues it; customs on"
            " both sides check it."
        ),
        Sentence(
            "Appendix I holds species that are threatened with extinction, Appendix II those that"
            " trade could threaten, Appendix III those for which a country asks others for help."
        ),
        Sentence(
            "A gateway answers partners with the record of the issuing country. The paper and the"
            " record must agree. A question names country, number and, where the permit has one,"
            " its token."
        ),
    ),
    (
        Choice(
            "common-appendix",
            Sentence("Which Appendix lists species that are threatened with extinction?"),
            (Sentence("Appendix I"), Sentence("Appendix II"), Sentence("Appendix III")),
            0,
            Sentence("Trade in specimens of Appendix I is allowed in exceptional cases alone."),
        ),
        Choice(
            "common-record",
            Sentence(
                "The paper says 50 skins, the record of the issuing country says 5. What counts?"
            ),
            (
                Sentence("The paper, as it has a stamp"),
                Sentence("The record; the paper is not accepted before the authority is asked"),
                Sentence("The mean of both"),
            ),
            1,
            Sentence("A paper can be altered. The record is what the authority issued."),
        ),
        Reading(
            "common-purpose",
            Sentence("Which letter stands in box 5a, the purpose, of this permit?"),
            "MZ26EX000001",
            lambda permit: permit.purpose,
            Sentence("T stands for commercial trade."),
        ),
    ),
)
