"""`explain`: an exchange in sentences, for whoever is called at night."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap
from gateway.cli.commands.journal.exchanges import found_exchange
from gateway.cli.console import output
from gateway.cli.options import AsJson, Directory, settings_of
from gateway.cli.views.explaining import explanation


def explain(
    incident: Annotated[
        str,
        typer.Argument(
            metavar="INCIDENT", help="Incident number of a fault, a log line or an alert."
        ),
    ],
    directory: Directory = Path(),
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Say what happened under an incident number, who must act, and what to try.

    Also whose certificate it was, and what the fault said. The beginning of the number is enough
    where no other begins so.
    """
    with bootstrap.open_journal(settings_of(directory)) as journal:
        explained = journal.explain.explain(found_exchange(journal, incident))
    output().render(explanation.view(explained))
    output().write_json(explanation.as_json(explained))
