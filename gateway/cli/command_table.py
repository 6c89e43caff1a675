"""Table of the commands: name, module, function, and help line as the help page shows it."""

from gateway.cli.command_groups.api_keys import API_KEYS
from gateway.cli.command_groups.credential import CREDENTIAL
from gateway.cli.command_groups.declarations import DECLARATIONS
from gateway.cli.command_groups.journal import JOURNAL
from gateway.cli.command_groups.keys import KEYS
from gateway.cli.command_groups.listings import LISTINGS
from gateway.cli.command_groups.mail_questions import ASK_BY_MAIL, MAIL_QUESTIONS
from gateway.cli.command_groups.national import NATIONAL
from gateway.cli.command_groups.paper import PAPER
from gateway.cli.command_groups.partners import PARTNERS
from gateway.cli.command_groups.people.desk import DESK
from gateway.cli.command_groups.people.personal_data import PERSONAL_DATA
from gateway.cli.command_groups.people.users import USERS
from gateway.cli.command_groups.permits import DOCUMENTS, PERMITS
from gateway.cli.command_groups.quotas import QUOTAS
from gateway.cli.command_groups.report import REPORT
from gateway.cli.command_groups.trace import INSPECTIONS, RISK, TRACE
from gateway.cli.lazy_group import Command, Group

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
    "national": NATIONAL,
    "ask": Command("partners.ask", "ask", "Ask a partner country for a permit."),
    "ask-by-mail": ASK_BY_MAIL,
    "mail-questions": MAIL_QUESTIONS,
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
    "declarations": DECLARATIONS,
    "desk": DESK,
    "journal": JOURNAL,
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
    "permits": PERMITS,
    "documents": DOCUMENTS,
    "report": REPORT,
    "trace": TRACE,
    "risk": RISK,
    "inspections": INSPECTIONS,
    "listings": LISTINGS,
    "quotas": QUOTAS,
    "partners": PARTNERS,
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
    "record": Command(
        "recordings.record", "record", "Write exchanges as plain files without secrets."
    ),
    "replay": Command(
        "recordings.replay", "replay", "Replay recordings. Exit status 0 if all is as recorded."
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
    "users": USERS,
    "personal-data": PERSONAL_DATA,
    "api-keys": API_KEYS,
    "paper": PAPER,
    "credential": CREDENTIAL,
    "keys": KEYS,
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
