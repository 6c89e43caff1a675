"""Table of the commands of reference data, a part of the table of commands."""

from gateway.cli.lazy_group import Command, Group

LISTINGS = Group(
    "What permits are judged by: taxa, listings, ranges, quotas, suspensions, registers.",
    {
        "import": Command(
            "permits.listings",
            "import_",
            "Replace what the files hold: all of it, or nothing. The journal keeps a record.",
        ),
        "fetch": Command(
            "listings.fetch",
            "fetch",
            "Fetch taxa from Species+, or its bulk file.",
        ),
        "changes": Command(
            "listings.changes",
            "changes",
            "List open permits whose listing changes on a day, with rule and text.",
        ),
        "show": Command(
            "permits.listings", "show", "Show what is known of a taxon, by any of its names."
        ),
        "list": Command(
            "permits.listings",
            "list_all",
            "List what is there, since when, by whom, and the SHA-256 of each file.",
        ),
        "verify": Command(
            "permits.listings",
            "verify",
            "Compare what is there with the sealed records of its imports.",
        ),
    },
)
