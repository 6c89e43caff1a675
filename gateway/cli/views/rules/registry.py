"""View of the registry of rules: a table of all, one in detail, and both as JSON."""

from collections.abc import Iterable

from rich import box
from rich.console import Group
from rich.table import Table

from gateway.cli.console import labelled, plain
from gateway.cli.views.words import word
from gateway.cli.wording import MARKS
from gateway.domain.codes import Language
from gateway.domain.rules.registry import Layer, RegisteredRule, sentences
from gateway.domain.rules.severity import Severity

_SEVERITIES = {
    Severity.ERROR: "severity_error",
    Severity.RISK: "severity_risk",
    Severity.WARNING: "severity_warning",
    Severity.INFO: "severity_info",
}
_LAYERS = {
    Layer.DOCUMENT: "layer_document",
    Layer.ROW: "layer_row",
    Layer.EXCHANGE: "layer_exchange",
    Layer.MECHANISM: "layer_mechanism",
}


def table(rules: Iterable[RegisteredRule], language: Language) -> Table:
    """A row for each rule: id, severity, what it looks at, title, source, where it is met."""
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("rule", "severity", "layer"):
        shown.add_column(word(heading, language), no_wrap=True)
    for heading in ("rule_title", "rule_source", "met_by"):
        shown.add_column(word(heading, language), overflow="fold")
    for rule in rules:
        _, style = MARKS[rule.severity]
        shown.add_row(
            plain(rule.code),
            word(_SEVERITIES[rule.severity], language),
            word(_LAYERS[rule.layer], language),
            rule.name(language),
            rule.source,
            "\n".join(map(_short, rule.met_by)),
            style=style if rule.severity is Severity.ERROR else "",
        )
    return shown


def detail(rule: RegisteredRule, language: Language) -> Group:
    """A rule with everything that the registry has of it, and the sentences that it can say."""
    rows = [
        (word("severity", language), word(_SEVERITIES[rule.severity], language)),
        (word("layer", language), word(_LAYERS[rule.layer], language)),
        (word("rule_source", language), rule.source),
        *((word("met_by", language), place) for place in rule.met_by),
        (word("tested_by", language), rule.tested_by),
        *((key, text) for key, text in _sentences(rule, language).items()),
    ]
    head = labelled(rule.code, rule.name(language), "bold")
    return Group(head, *(labelled(f"{label}:", value) for label, value in rows))


def as_json(rule: RegisteredRule, language: Language) -> dict[str, object]:
    """The rule for a program. sentences: by key, with places in braces."""
    return {
        "rule": rule.code,
        "severity": rule.severity.value,
        "layer": rule.layer.value,
        "title": rule.name(language),
        "source": rule.source,
        "met_by": list(rule.met_by),
        "tested_by": rule.tested_by,
        "sentences": _sentences(rule, language),
    }


def _short(place: str) -> str:
    """File and function of a place, without its folders: `form.py dates_are_there`."""
    module, _, name = place.partition(":")
    return f"{module.rpartition('.')[2]}.py {name}"


def _sentences(rule: RegisteredRule, language: Language) -> dict[str, str]:
    return {key: text.name(language) for (of, key), text in sentences().items() if of == rule.code}
