"""The command line `epix-gateway`: the root command, and the exit status of every error."""

import logging
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

import gateway
from gateway.cli.command_table import COMMANDS
from gateway.cli.console import OUTPUT, Output
from gateway.cli.exits import CANNOT_DO, CannotDo, exit_of
from gateway.cli.lazy_group import LazyGroup
from gateway.cli.wording import described, sentence
from gateway.domain.errors import GatewayError, InternalError, RecordInvalid, ReferenceDataInvalid
from gateway.hardening import harden_process
from gateway.shipped import shipped_folder


class RootGroup(LazyGroup):
    """All commands, and the only place where errors become a sentence and an exit status."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.add_table(COMMANDS)

    # Typer brings a Click of its own, whose Context has no public name: hence Any.
    def invoke(self, ctx: Any) -> Any:
        """Run a command. Ends the process for every error of ours."""
        output = Output()
        OUTPUT.set(output)
        # A command reports errors itself; only `serve` writes a log.
        logging.getLogger().addHandler(logging.NullHandler())
        try:
            return super().invoke(ctx)
        except GatewayError as error:
            _exit_with(error, output)
        except CannotDo as error:
            output.write_json({"error": {"code": "CannotDo", "text": error.text}})
            output.print_error(error.text, error.advice)
            raise typer.Exit(CANNOT_DO) from None
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(CANNOT_DO) from None
        except OSError as error:
            output.write_json({"error": {"code": "CannotDo", "text": error.strerror}})
            output.print_error(f"{error.filename or 'The system'}: {error.strerror}.")
            raise typer.Exit(CANNOT_DO) from None
        except Exception as error:
            if type(error).__module__.partition(".")[0] in ("typer", "click"):
                # Wrong command line, exit status, interruption: Typer ends the process itself.
                raise
            _exit_with(
                InternalError(f"This is a defect of epix-gateway ({_place(error)})."), output
            )


def _exit_with(error: GatewayError, output: Output) -> NoReturn:
    row = exit_of(error)
    problems: Sequence[GatewayError] = (
        error.problems if isinstance(error, RecordInvalid | ReferenceDataInvalid) else (error,)
    )
    also = {"also": [described(each) for each in problems[1:]]} if problems[1:] else {}
    output.write_json({"error": described(error) | also})
    for each in problems[:-1]:
        output.print_error(sentence(each))
    output.print_error(sentence(problems[-1]), row.advice)
    raise typer.Exit(row.status) from None


def _place(error: Exception) -> str:
    """Kind of the error and line of code, for a report; no values, because one may be a token."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(frame.filename).stem}:{frame.lineno}"


app = typer.Typer(
    cls=RootGroup,
    help="Exchange CITES permits with partner countries.",
    epilog=f"Pages and examples that messages name (docs/, conf/) are in {shipped_folder()}.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"epix-gateway {gateway.__version__}")
        raise typer.Exit


@app.callback()
def root(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Show the version and leave."
        ),
    ] = False,
) -> None:
    """Exchange CITES permits with partner countries."""


def main() -> None:
    """Run the command line on the arguments of this process."""
    harden_process()
    app()
