"""Table of the commands of traceability and risk, a part of the table of commands."""

from gateway.cli.lazy_group import Command, Group

TRACE = Group(
    "Where the goods of a permit came from, and whether more left than came in.",
    {
        "show": Command(
            "trace.show",
            "show",
            "Follow a permit to its origin, over our permits and those of partners.",
        ),
        "share": Command(
            "trace.show",
            "share",
            "Show the share of our re-exports of a year whose chain closes. No partner is asked.",
        ),
    },
    default="show",
)
