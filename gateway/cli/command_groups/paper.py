"""Group of the commands for printed permits, a row of the table of commands."""

from gateway.cli.lazy_group import Command, Group

PAPER = Group(
    "Codes of printed permits, which prove themselves without a network.",
    {
        "code": Command(
            "permits.paper",
            "code",
            "Make the QR code of a permit of ours, for forms that another system prints.",
        ),
        "verify": Command(
            "permits.paper",
            "verify",
            "Say what the code of a printed permit proves, without a network, and what it"
            " cannot know.",
        ),
        "export-keys": Command(
            "permits.paper_keys",
            "export",
            "Write our key list for partners: paper keys and withdrawn permits, signed with"
            " the seal.",
        ),
        "import-keys": Command(
            "permits.paper_keys",
            "import_",
            "Take the key list of a partner, if its seal_anchors_file vouches for who signed it.",
        ),
        "fetch-keys": Command(
            "permits.paper_keys",
            "fetch",
            "Fetch the key lists of partners with a key_list_address. A gateway that serves does"
            " so, too.",
        ),
        "keys": Command(
            "permits.paper_keys",
            "list_all",
            "List the key lists of partners that are held, each verified anew.",
        ),
    },
)
