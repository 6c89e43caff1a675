"""View of rewritten permits: changes of each, as lines and as JSON."""

from collections.abc import Iterator

from gateway.cli.views.own_permits import losses
from gateway.cli.wording import finding_as_json
from gateway.domain.codes import Language
from gateway.exchange.permits.documents import losses_of
from gateway.exchange.permits.rewriting.plan import Name, Plan
from gateway.exchange.permits.rewriting.rewrite import Rewritten


def name_of(result: Rewritten) -> str:
    """`MZ/ANAC MZ26EX000001`."""
    return f"{result.authority.country.text}/{result.authority.code} {result.number}"


def sentences(plan: Plan) -> Iterator[str]:
    """A sentence for each thing that was done, or would be."""
    for name in plan.added:
        yield f"{_document(name)} is new"
    for name in plan.replaced:
        yield f"{_document(name)} says something else; the former one stays in the history"
    if not plan.added and not plan.replaced and plan.documents:
        yield "documents stay, with today's loss notes"
    for each in plan.rebooked:
        yield f"confirmation {each.reversed_id} is taken back, and booked at {each.role}"
    for letter in plan.units:
        yield f"line {letter}: the quota loses its unit, which was taken from box 11"


def as_json(result: Rewritten, language: Language) -> dict[str, object]:
    """Identity, problem, and everything that was done, or would be."""
    plan = result.plan
    named: dict[str, object] = {
        "country": result.authority.country.text,
        "authority": result.authority.code,
        "number": result.number.text,
        "problem": result.problem,
    }
    if plan is None:
        return named
    return named | {
        "changed": not plan.changes_nothing,
        "added": [_named(name) for name in plan.added],
        "replaced": [_named(name) for name in plan.replaced],
        "rebooked": [
            {"reversed": each.reversed_id, "booked": each.booked_id, "role": each.role}
            for each in plan.rebooked
        ],
        "quota_units": list(plan.units),
        "losses": [losses.as_json(version, loss) for version, loss in losses_of(plan.documents)],
        "findings": [finding_as_json(each, language) for each in plan.findings],
    }


def _document(name: Name) -> str:
    version, form = name
    return f"document of schema version {version.removeprefix('v')}, {form.value},"


def _named(name: Name) -> dict[str, str]:
    return {"version": name[0], "form": name[1].value}
