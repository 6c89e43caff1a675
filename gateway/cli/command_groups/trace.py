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
RISK = Command(
    "trace.risk",
    "show",
    "Show the risk of a permit: every indicator with its evidence. No partner is asked.",
)
INSPECTIONS = Group(
    "Permits that customs should look at, by their risk.",
    {
        "list": Command(
            "trace.risk",
            "inspections",
            "List open permits of ours, and permits that customs looked up, by their risk.",
        ),
    },
)
