"""Group of the commands for the customs desk, a row of the table of commands."""

from gateway.cli.lazy_group import Command, Group

DESK = Group(
    "What customs officers found at the desk.",
    {
        "verify": Command(
            "people.desk",
            "verify",
            "Verify the file of a signed verdict: its signature, and its record in the journal.",
        ),
    },
)
