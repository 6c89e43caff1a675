"""Table of the commands of customs declarations, a part of the table of commands."""

from gateway.cli.lazy_group import Command, Group

DECLARATIONS = Group(
    "Customs declarations: checked against permits; quantities reserved and written off.",
    {
        "check": Command(
            "declarations.check",
            "check",
            "Compare a declaration with its permits, field by field. Exit status 0 if all agrees.",
        ),
        "reserve": Command(
            "declarations.acts",
            "reserve",
            "Reserve the quantities of a declaration; a reservation that is not used lapses.",
        ),
        "write-off": Command(
            "declarations.acts",
            "write_off",
            "Write off the quantities of a cleared declaration, and confirm them to the issuer.",
        ),
        "release": Command(
            "declarations.acts",
            "release",
            "Release what a declaration reserved, as it is withdrawn before clearance.",
        ),
        "amend": Command(
            "declarations.acts",
            "amend",
            "Amend quantities that are reserved or, after clearance, written off.",
        ),
        "confirm": Command(
            "declarations.acts",
            "confirm",
            "Confirm what a declaration has written off to the partners that issued the permits.",
        ),
        "list": Command(
            "declarations.acts",
            "list_all",
            "List what declarations hold of permits, with every event.",
        ),
    },
)
