"""Table of the commands about people, part of the table of all commands."""

from gateway.cli.lazy_group import Command, Group

USERS = Group(
    "People who sign in to the pages for people: added, given roles, helped back in.",
    {
        "add": Command(
            "people.users",
            "add",
            "Add a person, and print the one-time code by which they set their password.",
        ),
        "list": Command("people.users", "list_all", "List the people, with their roles and links."),
        "roles": Command(
            "people.users",
            "roles",
            "Give a person these roles in the place of all others. Their sessions end.",
        ),
        "disable": Command(
            "people.users",
            "disable",
            "Close an account: the person cannot sign in, and their sessions end.",
        ),
        "enable": Command("people.users", "enable", "Open an account again."),
        "reset": Command(
            "people.users",
            "reset",
            "Take a person's password away, and print a one-time code for a new one.",
        ),
        "link": Command(
            "people.links",
            "link",
            "Link a person with their account at the national sign-on. Their roles stay.",
        ),
        "unlink": Command(
            "people.links",
            "unlink",
            "Remove that link. The sessions of the person end.",
        ),
    },
)
