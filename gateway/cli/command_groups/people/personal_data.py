"""Table of the commands about personal data, part of the table of all commands."""

from gateway.cli.lazy_group import Command, Group

PERSONAL_DATA = Group(
    "What is held of a person who signs in, and the erasure of the name of one who has left.",
    {
        "report": Command(
            "people.personal_data", "report", "Say what is held of a person, and for how long."
        ),
        "erase": Command(
            "people.personal_data",
            "erase",
            "Replace the name of a person who has left by a pseudonym. The journal stays.",
        ),
        "prune": Command(
            "people.personal_data",
            "prune",
            "Remove rows whose days are over once. `serve` does the same by itself.",
        ),
    },
)
