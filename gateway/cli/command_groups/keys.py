"""Group of the commands for keys and certificates, a row of the table of commands."""

from gateway.cli.lazy_group import Command, Group

KEYS = Group(
    "Keys and certificates: list, make, request, import, rotate, retire, revoke.",
    {
        "list": Command(
            "service.keys",
            "list_keys",
            "Show every key: its purpose, its fingerprint for partners, and how long it lasts.",
        ),
        "new": Command(
            "service.keys",
            "new",
            "Make the next key. The key in use stays in use until `keys rotate`.",
        ),
        "request": Command(
            "service.keys",
            "request",
            "Write the request for the next key's certificate, for the national CA.",
        ),
        "import": Command(
            "service.keys",
            "import_",
            "Take the certificate of the next key, if it fits.",
        ),
        "rotate": Command(
            "service.keys",
            "rotate",
            "Take the next key into use, without a request lost. The old key stays in place.",
        ),
        "retire": Command(
            "service.keys",
            "retire",
            "Put a key away under keys/retired, with a dated note.",
        ),
        "revoke": Command(
            "service.revoke_key",
            "revoke",
            "Declare a key stolen, lost or replaced: from now on it proves nothing new.",
        ),
    },
)
