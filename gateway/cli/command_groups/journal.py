"""Group of the commands for the journal, a row of the table of commands."""

from gateway.cli.lazy_group import Command, Group

JOURNAL = Group(
    "The record of every exchange: search it, show it, verify its seals.",
    {
        "search": Command("journal.exchanges", "search", "List exchanges, newest first."),
        "show": Command(
            "journal.exchanges",
            "show",
            "Show one exchange with both messages; tokens are covered.",
        ),
        "export": Command(
            "journal.exchanges",
            "export",
            "Make evidence that anybody can verify without this gateway.",
        ),
        "verify": Command(
            "journal.exchanges",
            "verify",
            "Compute every record, batch, head and signature again.",
        ),
        "head": Command(
            "journal.exchanges",
            "head",
            "Print the newest head: note it in another place, so that a roll-back can be found.",
        ),
        "heads": Command(
            "journal.heads",
            "heads",
            "List heads of partners that are held here, and where ours are kept.",
        ),
        "adopt": Command(
            "journal.adopt",
            "adopt",
            "Vouch for permits as the database has them now: each gets a signed record.",
        ),
        "hold": Command(
            "journal.retention",
            "hold",
            "Keep exchanges however old they become, until `release`.",
        ),
        "release": Command(
            "journal.retention",
            "release",
            "Hold something no longer. Both stay in the history.",
        ),
        "holds": Command(
            "journal.retention", "holds", "List what is held, and what was; newest first."
        ),
        "prune": Command(
            "journal.retention",
            "prune",
            "Remove what has had its time. Seals stay, and a signed record says what went.",
        ),
    },
)
