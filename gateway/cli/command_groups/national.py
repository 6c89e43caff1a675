"""Group of the commands for national sources, a row of the table of commands."""

from gateway.cli.lazy_group import Command, Group

NATIONAL = Group(
    "National sources: permits where the authority keeps them, described in conf/national.",
    {
        "guess": Command(
            "national.guess",
            "guess",
            "Propose a description of a file: its mapping to the boxes, and what is unsure of it.",
        ),
        "check": Command(
            "national.check",
            "check",
            "Check a whole source: findings by severity and rule. Nothing is stored.",
        ),
        "preview": Command(
            "national.preview",
            "preview",
            "Show one permit of a source box by box: cell, value, box. Nothing is stored.",
        ),
        "publish": Command(
            "national.publish",
            "publish",
            "Publish the permits of a source. Exit status 0 only if every permit was taken.",
        ),
        "sync": Command(
            "national.sync",
            "sync",
            "Take every permit of a database that has changed since the last run.",
        ),
        "rejected": Command(
            "national.rejected",
            "rejected",
            "List the refused records of a synchronised source, with reasons, until mended.",
        ),
        "example": Command(
            "national.example",
            "example",
            "Make a working directory with an example source, and publish its permits.",
        ),
    },
)
