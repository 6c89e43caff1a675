"""The command line: which commands there are, and how an error leaves."""

import logging
import os
import sys
import traceback
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

import gateway
from gateway.cli.commands import (
    ask,
    backup,
    check_config,
    confirm,
    demo,
    init,
    journal,
    keys,
    ledger,
    maintenance,
    migrate,
    outbox,
    publish,
    retention,
    seal,
    serve,
    state,
    validate,
)
from gateway.cli.console import VOICE, Voice
from gateway.cli.exits import CANNOT_DO, CannotDo, exit_of
from gateway.cli.wording import described, sentence
from gateway.domain.errors import GatewayError, InternalError


class Commands(TyperGroup):
    """All commands, with the one place where errors become a sentence and an exit status."""

    def invoke(self, ctx: Any) -> Any:  # typer brings its own click, whose Context has no public name
        """Run a command. Ends the process for every error of ours."""
        voice = Voice()
        VOICE.set(voice)
        logging.getLogger().addHandler(logging.NullHandler())  # a command says what went wrong itself; `serve` logs
        try:
            return super().invoke(ctx)
        except GatewayError as error:
            _leave_with(error, voice)
        except CannotDo as error:
            voice.tell({"error": {"code": "CannotDo", "text": error.text}})
            voice.complain(error.text, error.advice)
            raise typer.Exit(CANNOT_DO) from None
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(CANNOT_DO) from None
        except OSError as error:
            voice.tell({"error": {"code": "CannotDo", "text": error.strerror}})
            voice.complain(f"{error.filename or 'The system'}: {error.strerror}.")
            raise typer.Exit(CANNOT_DO) from None
        except Exception as error:
            if type(error).__module__.partition(".")[0] in ("typer", "click"):
                raise  # a wrong command line, an exit status, an interruption: they know how to leave
            _leave_with(InternalError(f"This is a defect of epix-gateway ({_place(error)})."), voice)


def _leave_with(error: GatewayError, voice: Voice) -> NoReturn:
    row = exit_of(error)
    voice.tell({"error": described(error)})
    voice.complain(sentence(error), row.advice)
    raise typer.Exit(row.status) from None


def _place(error: Exception) -> str:
    """Kind of the error and line of code, for a report; no values, because one may be a token."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(frame.filename).stem}:{frame.lineno}"


app = typer.Typer(
    cls=Commands,
    help="Exchange CITES permits with partner countries.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"epix-gateway {gateway.__version__}")
        raise typer.Exit


@app.callback()
def everything(
    _version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    """Exchange CITES permits with partner countries."""


app.command("init")(init.init)
app.command("serve")(serve.serve)
app.command("migrate")(migrate.migrate)
app.command("publish")(publish.publish)
app.command("ask")(ask.ask)
app.command("confirm")(confirm.confirm)
app.add_typer(outbox.commands, name="outbox")
app.command("deliver")(outbox.deliver)
journal.commands.command("hold")(retention.hold)
journal.commands.command("release")(retention.release)
journal.commands.command("holds")(retention.holds)
journal.commands.command("prune")(retention.prune)
app.add_typer(journal.commands, name="journal")
app.command("ledger")(ledger.ledger)
app.command("reverse")(ledger.reverse)
app.command("correct")(ledger.correct)
app.command("record")(ledger.record)
app.command("close")(ledger.close)
app.command("reopen")(ledger.reopen)
app.command("state")(state.state)
app.add_typer(maintenance.commands, name="maintenance")
app.command("validate")(validate.validate)
app.add_typer(seal.commands, name="seal")
app.add_typer(keys.commands, name="keys")
app.command("check-config")(check_config.check_config)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("demo")(demo.demo)


def main() -> None:
    """Entry point of `epix-gateway`."""
    app()
