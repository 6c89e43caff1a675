"""Table of the commands of the annual report, a part of the table of commands."""

from gateway.cli.lazy_group import Command, Group

REPORT = Group(
    "The annual report to CITES: exports and imports of a year.",
    {
        "year": Command(
            "report.write",
            "write",
            "Write exports and imports of a year in the upload columns, with findings and summary.",
        ),
        "mismatches": Group(
            "Lines that we and a partner count differently, until both settle them.",
            {
                "list": Command(
                    "report.mismatches",
                    "list_all",
                    "List the lines that we and a partner count differently.",
                ),
                "show": Command(
                    "report.mismatches", "show", "Show one of them, and how it was settled."
                ),
                "settle": Command(
                    "report.mismatches",
                    "settle",
                    "Settle one: persons of both sides answer for one quantity. The journal"
                    " keeps a record.",
                ),
                "shared": Command(
                    "report.shared",
                    "list_all",
                    "List those that go between our gateway and a partner's, with their state.",
                ),
                "propose": Command(
                    "report.shared",
                    "propose",
                    "Propose a quantity to a partner that settles in its own gateway.",
                ),
                "agree": Command(
                    "report.shared", "agree", "Agree to the quantity that the partner proposed."
                ),
                "disagree": Command(
                    "report.shared",
                    "disagree",
                    "Disagree with the quantity that the partner proposed.",
                ),
                "share": Command(
                    "report.shared",
                    "share",
                    "Compare all counts now, and tell partners. A gateway that serves does so,"
                    " too.",
                ),
            },
        ),
    },
    default="year",
)
