"""Tables of the commands of our own permits and their documents, parts of the table of commands."""

from gateway.cli.lazy_group import Command, Group

PERMITS = Group(
    "Permits of ours: list, show, cancel, replace, write what today's rules write otherwise.",
    {
        "list": Command(
            "permits.own",
            "list_own",
            "List the permits that this gateway holds and answers, oldest first.",
        ),
        "cancel": Command(
            "permits.own",
            "cancel",
            "Cancel a permit of ours: partners are told so, and no confirmation is taken. For"
            " good.",
        ),
        "replace": Command(
            "permits.own",
            "replace",
            "Say which permit replaces one of ours; it is published already. For good.",
        ),
        "mark-lost": Command(
            "permits.own",
            "mark_lost",
            "Say that a permit of ours was lost or stolen: partners are refused it. For good.",
        ),
        "mark-returned": Command(
            "permits.own",
            "mark_returned",
            "Say that the holder gave a permit of ours back unused: partners are refused it. For"
            " good.",
        ),
        "show": Command("permits.show", "show", "Show a permit of ours as the standard form."),
        "rewrite": Command(
            "permits.rewrite",
            "rewrite",
            "Write published permits by the rules of today, where former rules differ.",
        ),
    },
)

DOCUMENTS = Group(
    "Documents that support a permit of ours: list, add, show, remove.",
    {
        "list": Command(
            "permits.documents",
            "list_all",
            "List what supports a permit of ours, removed documents too.",
        ),
        "add": Command(
            "permits.documents",
            "add",
            "Add a document to a permit of ours. The journal keeps a record.",
        ),
        "show": Command(
            "permits.documents",
            "show",
            "Write the file of a document, also of one that was removed, into a new file.",
        ),
        "remove": Command(
            "permits.documents",
            "remove",
            "Remove a document: partners get it no more. Its record and its file stay.",
        ),
    },
)
