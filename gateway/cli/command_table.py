"""Table of the commands: name, module, function, and help line as the help page shows it."""

from gateway.cli.command_groups.listings import LISTINGS
from gateway.cli.command_groups.paper import PAPER
from gateway.cli.lazy_group import Command, Group
from gateway.cli.people.command_table import USERS

COMMANDS: dict[str, Command | Group] = {
    "init": Command(
        "service.init",
        "init",
        "Make a working directory: configuration, development keys, an empty database.",
    ),
    "serve": Command(
        "service.serve", "serve", "Answer partners until stopped with Ctrl-C or SIGTERM."
    ),
    "migrate": Command(
        "service.migrate", "migrate", "Make the database, or bring it to this version."
    ),
    "publish": Command(
        "permits.publish",
        "publish",
        "Publish national records. Exit status 0 only if every record was taken.",
    ),
    "ask": Command("partners.ask", "ask", "Ask a partner country for a permit."),
    "confirm": Command("partners.confirm", "confirm", "Confirm the quantities that customs saw."),
    "outbox": Group(
        "What our customs counted and partners have to be told.",
        {
            "list": Command("partners.outbox", "list_all", "List what is not over, oldest first."),
            "show": Command(
                "partners.outbox", "show", "Show one of them with everything that happened to it."
            ),
            "retry": Command(
                "partners.outbox",
                "retry",
                "Let it be sent again, as soon as the gateway or `outbox deliver` looks.",
            ),
            "hold": Command("partners.outbox", "hold", "Do not send it until `retry`."),
            "drop": Command(
                "partners.outbox",
                "drop",
                "Give it up for good. It stays in the history, without its token.",
            ),
            "deliver": Command(
                "partners.outbox",
                "deliver",
                "Send all that is due once. `serve` does the same by itself.",
            ),
        },
    ),
    "journal": Group(
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
                "Print the newest head: note it in another place, so that a roll-back can be"
                " found.",
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
    ),
    "explain": Command(
        "journal.explain",
        "explain",
        "Say what happened under an incident number, who must act, and what to try.",
    ),
    "ledger": Group(
        "What was confirmed on a permit of ours: show it, correct it.",
        {
            "show": Command(
                "permits.ledger",
                "show",
                "Show what box 11 authorises, what was confirmed, what remains, and every event.",
            ),
            "record": Command(
                "permits.ledger", "record", "Book one more shipment for a caller that cannot."
            ),
            "reverse": Command(
                "permits.ledger",
                "reverse",
                "Take a confirmation back. It stays in the history and counts no longer.",
            ),
            "correct": Command(
                "permits.ledger",
                "correct",
                "Take a confirmation back and book other quantities in its place.",
            ),
            "close": Command(
                "permits.ledger",
                "close",
                "Declare a permit used up, whatever remains of it: it is final.",
            ),
            "reopen": Command("permits.ledger", "reopen", "Take `ledger close` back."),
        },
    ),
    "permits": Group(
        "Permits of ours: list, show, cancel, write what today's rules write otherwise.",
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
            "show": Command("permits.show", "show", "Show a permit of ours as the standard form."),
            "rewrite": Command(
                "permits.rewrite",
                "rewrite",
                "Write published permits by the rules of today, where former rules differ.",
            ),
        },
    ),
    "listings": LISTINGS,
    "partners": Group(
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
                "Try the way to a partner: name, connection, TLS, certificates, WSDL,"
                " ServiceState.",
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
    ),
    "state": Command(
        "partners.state", "state", "Ask partner countries whether their service is up."
    ),
    "maintenance": Group(
        "Close the service for a while, on all nodes.",
        {
            "on": Command(
                "service.maintenance",
                "close",
                "Close the service: partners are asked to come again later.",
            ),
            "off": Command("service.maintenance", "reopen", "Open the service again."),
            "status": Command(
                "service.maintenance",
                "status",
                "Tell whether the service is closed, since when, by whom and why.",
            ),
        },
    ),
    "conformance": Group(
        "Test a partner's service or client against the contract, with a scored, signed report.",
        {
            "run": Command(
                "conformance.run",
                "run",
                "Run the cases of the contract against a service; write a scored and signed"
                " report.",
            ),
            "serve": Command(
                "conformance.serve",
                "serve",
                "Wait for a partner's client to do what stands in the list; write a report of it.",
            ),
            "cases": Command(
                "conformance.cases",
                "cases",
                "List the cases, or show one with its purpose, cause and cure.",
            ),
        },
        default="run",
    ),
    "validate": Command(
        "permits.validate",
        "validate",
        "Say what is wrong with a file. Exit status 0 if nothing is.",
    ),
    "rules": Command(
        "permits.rules",
        "rules",
        "Show the rules with severity, source and the place that holds each; one in detail.",
    ),
    "seal": Group(
        "Seals of permits: check one, seal what was issued without, seal anew.",
        {
            "verify": Command("permits.seal", "verify", "Say what the seal of a permit is worth."),
            "issued": Command(
                "permits.seal",
                "issued",
                "Seal the permits that were published before there was a key.",
            ),
            "again": Command(
                "permits.reseal",
                "again",
                "Replace the seals of a key that was revoked; the former seals are kept.",
            ),
            "notice": Command(
                "permits.reseal",
                "notice",
                "Write what partners have to know of a revoked key: signed notices and lists.",
            ),
        },
    ),
    "print": Command(
        "permits.print_form",
        "print_form",
        "Write the official form of a permit of ours as PDF, with a QR code that proves it.",
    ),
    "paper": PAPER,
    "keys": Group(
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
    ),
    "users": USERS,
    "check-config": Command(
        "service.check_config",
        "check_config",
        "Check the whole configuration and say everything that is wrong with it.",
    ),
    "diagnostics": Command(
        "service.diagnostics",
        "diagnostics",
        "Write one archive for support, without a token, a key or a message.",
    ),
    "backup": Command(
        "service.backup",
        "backup",
        "Write database, configuration and keys into one encrypted file.",
    ),
    "restore": Command(
        "service.backup",
        "restore",
        "Make a gateway again from its backup, in a new directory and an empty database.",
    ),
    "sandbox": Group(
        "The sandbox of `serve --sandbox`: its permits, and the way back to its beginning.",
        {
            "permits": Command(
                "service.sandbox",
                "permits",
                "List the permits of the sandbox, each with its token, a call, and the outcome.",
            ),
            "reset": Command(
                "service.sandbox",
                "reset",
                "Take a sandbox back to its beginning. Requests in flight are answered.",
            ),
        },
    ),
    "simulate": Command(
        "service.simulate",
        "simulate",
        "Stand in for a partner's service, in any dialect, with invented permits.",
    ),
    "demo": Command(
        "service.demo",
        "demo",
        "Show a whole exchange between two gateways on this machine.",
    ),
}
"""Command names in the order of the help page."""
