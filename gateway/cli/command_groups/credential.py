"""Group of the commands for verifiable credentials, a row of the table of commands."""

from gateway.cli.lazy_group import Command, Group

CREDENTIAL = Group(
    "Verifiable credentials of permits, as the W3C data model has them.",
    {
        "issue": Command(
            "credential.credential",
            "issue",
            "Issue the credential of a permit of ours, signed with the paper key.",
        ),
        "verify": Command(
            "credential.credential",
            "verify",
            "Say what a credential is worth, without a network, and show its permit.",
        ),
        "status-list": Command(
            "credential.credential",
            "status_list",
            "Write a status list of ours, signed, as verifiers are served it.",
        ),
        "did": Command(
            "credential.credential",
            "did",
            "Write the document of our issuer identifier, with its keys.",
        ),
    },
)
