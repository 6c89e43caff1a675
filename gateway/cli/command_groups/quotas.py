"""Table of the commands of quotas, a part of the table of commands."""

from gateway.cli.lazy_group import Command, Group

QUOTAS = Group(
    "Published export quotas: used, reserved, left.",
    {
        "list": Command(
            "quotas.accounts",
            "list_all",
            "List the quotas of a year: used, reserved, left, projected.",
        ),
        "show": Command(
            "quotas.accounts",
            "show",
            "Show the quotas of a taxon and its higher taxa, with the share of each authority.",
        ),
    },
)
