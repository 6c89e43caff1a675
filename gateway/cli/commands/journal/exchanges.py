"""`journal search`, `show`, `export`, `verify`, `head`: exchanges, evidence of them, and seals."""

from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from gateway import bootstrap
from gateway.cli.commands.journal.heads import noted_heads
from gateway.cli.console import output
from gateway.cli.exits import CANNOT_DO, EXITS, CannotDo
from gateway.cli.journal_check import check_journal
from gateway.cli.new_file import write_new
from gateway.cli.noted_head import ExpectedHead
from gateway.cli.options import AsJson, Directory, moment, settings_of
from gateway.cli.permit_check import check_permits
from gateway.cli.views import journal as journal_view
from gateway.cli.views.explaining import explanation
from gateway.exchange.ports import Exchange, JournalFilter
from gateway.hardening import private_opener

if TYPE_CHECKING:
    from gateway.bootstrap import JournalPart

_OUTCOMES = ("ok", *(kind.__name__ for kind in EXITS))


def search(
    permit: Annotated[
        str | None, typer.Option("--permit", metavar="NUMBER", help="Of this permit.")
    ] = None,
    caller: Annotated[
        str | None, typer.Option("--caller", metavar="KEY", help="By this partner.")
    ] = None,
    operation: Annotated[
        str | None, typer.Option("--operation", metavar="NAME", help="Of this operation.")
    ] = None,
    outcome: Annotated[
        str | None, typer.Option("--outcome", metavar="WORD", help="`ok`, or code of an error.")
    ] = None,
    since: Annotated[
        datetime | None, typer.Option("--from", parser=moment, metavar="DAY[TIME]", help="UTC.")
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option("--to", parser=moment, metavar="DAY[TIME]", help="UTC, not in."),
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=10_000, help="How many at most.")
    ] = 50,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """List exchanges, newest first."""
    _require_known(outcome)
    wanted = JournalFilter(permit, caller, operation, outcome, since, until)
    with bootstrap.open_journal(settings_of(directory)) as journal:
        found = journal.read.search(wanted, limit + 1)
        is_partner = caller is None or caller in journal.partners
    has_more, found = len(found) > limit, found[:limit]
    if found:
        output().render(journal_view.view(found))
    else:
        output().print("No exchange fits.")
    if not is_partner:
        output().print_advice(f"No partner is registered here as {caller}.")
    if has_more:
        output().print_advice(
            f"There are more than these {limit}: raise --limit, or narrow it with --from and --to."
        )
    output().write_json([journal_view.as_json(exchange) for exchange in found])


def show(
    identity: Annotated[
        str, typer.Argument(metavar="ID", help="Of the exchange: the incident number of a fault.")
    ],
    raw: Annotated[
        Path | None,
        typer.Option(
            "--raw", metavar="DIR", help="Write request.bin and answer.bin there, tokens and all."
        ),
    ] = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Show one exchange with both messages; tokens are covered."""
    with bootstrap.open_journal(settings_of(directory)) as journal:
        exchange = found_exchange(journal, identity)
        explained = journal.explain.explain(exchange)
    if raw:
        for name, content in (("request.bin", exchange.request), ("answer.bin", exchange.answer)):
            write_new(raw / name, content, advice="Name a directory of its own.")
        output().print(
            f"Written to {raw}: request.bin and answer.bin, byte for byte. They may hold a token."
        )
    else:
        output().render(explanation.view(explained))
        output().render(journal_view.whole(exchange))
    output().write_json(journal_view.as_json(exchange, messages=raw is None))


def found_exchange(journal: "JournalPart", identity: str) -> Exchange:
    """The exchange of an id, or of a beginning that is unique. Raises CannotDo."""
    identity = journal.read.whole(identity)
    exchange = journal.read.find(identity)
    if exchange:
        return exchange
    if removal := journal.prunings.sentence(identity):
        raise CannotDo(f"This exchange {removal}.", "What is left of it is its leaf, under seal.")
    raise CannotDo(
        "No exchange of this id is in the journal.",
        "Compare it with the incident number of the fault.",
    )


def _require_known(outcome: str | None) -> None:
    if outcome is None or outcome in _OUTCOMES:
        return
    nearest = get_close_matches(outcome, _OUTCOMES, n=3, cutoff=0.4)
    raise CannotDo(
        f"No outcome is called {outcome}.",
        f"Nearest: {', '.join(nearest)}." if nearest else "It is `ok`, or the code of an error.",
    )


def export(
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The ZIP file to make.")],
    identity: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="One exchange, with its messages.")
    ] = None,
    since: Annotated[
        datetime | None, typer.Option("--from", parser=moment, metavar="DAY[TIME]", help="UTC.")
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option("--to", parser=moment, metavar="DAY[TIME]", help="UTC, not in; now."),
    ] = None,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Make evidence that anybody can verify without this gateway.

    Of a single exchange, or of all records of a period.
    """
    if (identity is None) == (since is None) or (identity and until):
        raise CannotDo(
            "Name one exchange, or a period with --from and --to; a period without --to is one up"
            " to now."
        )
    try:
        file = open(out, "xb", opener=private_opener)  # noqa: SIM115  # closed below
    except FileExistsError:
        raise CannotDo(f"{out} exists already.", "Name another file.") from None
    try:
        with file, bootstrap.open_journal(settings_of(directory)) as journal:
            if identity is not None:
                journal.evidence.of_record(journal.read.whole(identity), file)
            elif since:
                _export_period(journal, since, until, file)
    except BaseException:
        out.unlink()
        raise
    output().print(
        f"✓ {out}: verify.py in it verifies it, README.txt in it says how. Messages in it may hold"
        " a token."
    )
    output().write_json({"file": str(out)})


def _export_period(
    journal: "JournalPart", since: datetime, until: datetime | None, file: IO[bytes]
) -> None:
    """Seal the journal up to the end of the period, then export it. until: None for now.

    The seal also proves that nothing else was exchanged in the period.
    """
    now = journal.clock()
    if until is None or until <= now:
        journal.seal.seal_up_to(until or now)
    journal.evidence.of_period(since, until or now, file)


ExpectedHeads = Annotated[
    Path | None,
    typer.Option(
        "--expected-heads",
        metavar="FILE",
        help="Heads kept elsewhere: an anchor file, or what a partner gives back.",
    ),
]
Reconcile = Annotated[
    bool,
    typer.Option(
        "--reconcile", help="Compare permits, documents, ledger and status with their records."
    ),
]


def verify(
    expected_head: ExpectedHead = None,
    expected_heads: ExpectedHeads = None,
    reconcile: Reconcile = False,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Compute every record, batch, head and signature again.

    Exit status 0 only if everything is as it was sealed. A roll-back is found
    only with --expected-head or --expected-heads. With --reconcile status 54 where
    a permit is not what was recorded of it, 55 where one only waits for
    `journal adopt`.
    """
    with bootstrap.build(settings_of(directory)) as gateway:
        journal = gateway.journal
        noted = noted_heads(journal, expected_heads, expected_head)
        newest = noted[-1] if noted else None
        besides = journal.heads_file.discrepancies(noted[:-1])
        tally, flaws = check_journal(journal.verify, newest, besides)
        permits = check_permits(gateway.integrity.reconcile) if reconcile else None
    output().write_json(
        journal_view.verified_json(tally, flaws) | (permits.as_json() if permits else {})
    )
    if flaws and not (permits and permits.altered):
        raise typer.Exit(CANNOT_DO)
    if permits and permits.status:
        raise typer.Exit(permits.status)


def head(
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Print the newest head: note it in another place, so that a roll-back can be found.

    Number, SHA-256, and total of records. Nothing is verified here.
    """
    with bootstrap.open_journal(settings_of(directory)) as journal:
        try:
            noted = journal.newest_head()
        except ValueError:
            raise CannotDo(
                "The newest head cannot be read: it was changed.",
                "`epix-gateway journal verify` shows what else is wrong.",
            ) from None
    if noted is None:
        raise CannotDo("Nothing has been sealed yet.", "`serve` seals every five seconds.")
    output().print(str(noted))
    output().write_json({"batch": noted.batch, "sha256": noted.digest, "records": noted.total})
