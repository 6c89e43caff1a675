"""Group of the commands for API keys, a row of the table of commands."""

from gateway.cli.lazy_group import Command, Group

API_KEYS = Group(
    "Keys of other systems for the JSON API, and webhooks that tell them of events.",
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
        "add-webhook": Command(
            "api.webhooks",
            "add",
            "Tell an address of events of permits; print the secret that signs them, this once.",
        ),
        "webhooks": Command(
            "api.webhooks", "list_all", "List the webhooks, and how many messages wait for each."
        ),
        "remove-webhook": Command(
            "api.webhooks", "remove", "Remove a webhook, with the messages that wait for it."
        ),
    },
)
