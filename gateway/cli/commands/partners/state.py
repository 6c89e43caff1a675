"""`state`: availability of the partners' services, now and in the past."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.console import output
from gateway.cli.exits import CANNOT_DO, exit_of
from gateway.cli.options import AsJson, Directory, country_code, settings_of
from gateway.cli.views.partners import availability as view
from gateway.cli.views.tables import Records
from gateway.domain.errors import GatewayError, OperationNotAvailable
from gateway.exchange.availability.history import slot_beginnings
from gateway.exchange.ports import PartnerState
from gateway.exchange.ports.availability.results import Span
from gateway.settings import Settings

_NONE = "No partner with an address is configured; conf/partners.toml is the place for one."


def state(
    country: Annotated[
        str | None,
        typer.Argument(
            metavar="[COUNTRY]", help="One country; left out: all.", callback=country_code
        ),
    ] = None,
    history: Annotated[
        bool, typer.Option("--history", help="Ask nobody: show what is known of the past.")
    ] = False,
    by: Annotated[
        Span, typer.Option("--by", help="With --history: the last 24 hours, or the last 30 days.")
    ] = Span.HOUR,
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Ask partner countries whether their service is up.

    Exit status 0 only if every one of them is. A partner whose dialect has no ServiceState is not
    counted.
    """
    settings = settings_of(directory)
    if history:
        _show_history(settings, country, by)
        return
    with bootstrap.open_partners(settings) as partners:
        answers = partners.states.ask(country)
    if not answers:
        output().print(_NONE)
    table = Records(("Partner", "State", "Version", "What it says"), frozenset({"Partner"}))
    for name, answer in answers:
        table.add_row(*_cells(name, answer))
    if answers:
        output().render(table)
    output().write_json([_described(name, answer) for name, answer in answers])
    failed = [answer for _, answer in answers if isinstance(answer, GatewayError)]
    if len(answers) == 1 and failed:
        raise typer.Exit(exit_of(failed[0]).status)
    if not all(_is_up(answer) is not False for _, answer in answers):
        raise typer.Exit(CANNOT_DO)


def _show_history(settings: Settings, country: str | None, by: Span) -> None:
    with bootstrap.open_availability(settings) as availability:
        partners = availability.asked_in(country)
        found = availability.history.of([partner.key for partner in partners], by)
        now = availability.clock()
    if not found:
        output().print(_NONE)
    else:
        output().render(view.view(found, now))
        first = slot_beginnings(by, now)[0]
        output().print(f"One sign for each {by}, from {first:%Y-%m-%d %H:%M} UTC on:")
        output().print_lines(view.LEGEND)
    output().write_json(
        [
            view.as_json(history, partner.country.text)
            for history, partner in zip(found, partners, strict=True)
        ]
    )


def _is_up(answer: PartnerState | GatewayError) -> bool | None:
    """Whether the service is up; None where its dialect has no operation that tells."""
    if isinstance(answer, OperationNotAvailable):
        return None
    return isinstance(answer, PartnerState) and answer.is_up


def _cells(name: str, answer: PartnerState | GatewayError) -> tuple[str, str, str, str]:
    if isinstance(answer, GatewayError):
        sign = "–" if _is_up(answer) is None else "✗"
        return name, f"{sign} {answer.code}", "", answer.text
    return (
        name,
        f"{'✓' if _is_up(answer) else '✗'} {answer.state or 'up'}",
        answer.version or "",
        answer.time or "",
    )


def _described(name: str, answer: PartnerState | GatewayError) -> dict[str, object]:
    if isinstance(answer, GatewayError):
        error = {"code": answer.code, "text": answer.text}
        return {"partner": name, "up": _is_up(answer), "error": error}
    details: dict[str, object] = {
        "state": answer.state,
        "version": answer.version,
        "time": answer.time,
    }
    return {"partner": name, "up": _is_up(answer)} | details
