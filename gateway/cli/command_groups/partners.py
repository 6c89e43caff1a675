"""Group of the commands for partners, a row of the table of commands."""

from gateway.cli.lazy_group import Command, Group

PARTNERS = Group(
    "Partners: introduce each other, take new certificates, try the way to one.",
    {
        "list": Command(
            "partners.register",
            "list_all",
            "List the partners, those that are disabled included.",
        ),
        "show": Command(
            "partners.register",
            "show",
            "Show one partner: contact, address, certificates, and the agreements on paper.",
        ),
        "add": Command(
            "partners.add",
            "add",
            "Register a partner, or take its new certificates, from the file that it has sent.",
        ),
        "export": Command(
            "partners.export",
            "export",
            "Write the file that we send to partners: addresses, certificates, seal anchors,"
            " contact.",
        ),
        "test": Command(
            "partners.check",
            "test",
            "Try the way to a partner: name, connection, TLS, certificates, WSDL, ServiceState.",
        ),
        "disable": Command(
            "partners.register",
            "disable",
            "Refuse a partner and ask it no more. Its settings and its history stay.",
        ),
        "enable": Command("partners.register", "enable", "Take `partners disable` back."),
        "window": Group(
            "Planned windows: when partners have announced that their service is away.",
            {
                "add": Command("partners.window", "add", "Enter a window of a partner."),
                "list": Command(
                    "partners.window", "list_all", "List the windows of now and later."
                ),
                "remove": Command(
                    "partners.window",
                    "remove",
                    "Take a window back: from now on it does not count.",
                ),
            },
        ),
    },
)
