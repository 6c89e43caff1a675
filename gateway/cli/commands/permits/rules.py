"""`rules`: the registry of rules that permits, reports and exchanges are judged by."""

from typing import Annotated

import typer

from gateway.cli.console import output
from gateway.cli.exits import CannotDo
from gateway.cli.options import AsJson
from gateway.cli.views.rules import registry as view
from gateway.cli.views.words import LanguageTag
from gateway.domain.rules.registry import registered_rules


def rules(
    rule: Annotated[
        str | None,
        typer.Argument(metavar="[RULE]", help="Id of a rule, to show it in detail: F04."),
    ] = None,
    lang: Annotated[
        LanguageTag, typer.Option(help="Language: English, French or Spanish.")
    ] = LanguageTag.ENGLISH,
    as_json: AsJson = False,  # noqa: ARG001  # its callback sets the output
) -> None:
    """Show the rules with severity, source and the place that holds each; one in detail."""
    known, language = registered_rules(), lang.language
    if rule is None:
        output().render(view.table(known.values(), language))
        output().write_json([view.as_json(each, language) for each in known.values()])
        return
    found = known.get(rule.upper())
    if found is None:
        raise CannotDo(f"There is no rule {rule}.", f"The rules are {' '.join(known)}.")
    output().render(view.detail(found, language))
    output().write_json(view.as_json(found, language))
