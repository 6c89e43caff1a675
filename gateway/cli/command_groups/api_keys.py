"""Group of the commands for API keys, a row of the table of commands."""

from gateway.cli.lazy_group import Command, Group

API_KEYS = Group(
    "Keys of other systems for the JSON API: made, listed, revoked.",
    {
        "add": Command(
            "api.keys",
            "add",
            "Make a key for a system, and print it: it is shown this once.",
        ),
        "list": Command("api.keys", "list_all", "List the keys, without their secrets."),
        "revoke": Command(
            "api.keys", "revoke", "Declare that a key counts no longer, from this moment."
        ),
    },
)
