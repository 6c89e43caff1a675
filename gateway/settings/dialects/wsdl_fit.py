"""WSDL of a dialect: the dialect file says nothing that its WSDL does not.

Both come from the partner. Where they differ, one of them is wrong, and requests would be refused
by the partner's own software; so the file is refused here, with the line of each.
"""

from collections.abc import Iterator
from pathlib import Path

from gateway.dialects import Dialect, DialectOperation
from gateway.settings.dialects.operation_tables import CONTRACT_NAMES
from gateway.settings.section import Mistake
from gateway.wire.wsdl_reading import DescribedOperation, NoWsdl, described_operations

MOST_BYTES = 1024 * 1024
"""Longest WSDL that is read."""


def wsdl_mistakes(dialect: Dialect, folders: tuple[Path, ...]) -> Iterator[Mistake]:
    """Every difference. folders: where its WSDL is looked for, in this order."""
    name = dialect.wsdl
    if name is None:
        return
    file = next((folder / name for folder in folders if (folder / name).is_file()), None)
    if file is None:
        yield "wsdl", f"must be a file in wsdl/: there is no {name}"
        return
    try:
        with file.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            yield "wsdl", f"must be at most {MOST_BYTES} bytes: {name} is longer"
            return
        described = {each.name: each for each in described_operations(content)}
    except OSError:
        yield "wsdl", f"must be a file that can be read: {name} cannot"
        return
    except NoWsdl as problem:
        yield "wsdl", f"must be a WSDL 1.1: {name} {problem}"
        return
    for key, contract_name in CONTRACT_NAMES.items():
        operation = dialect.operations.get(contract_name)
        if operation is not None:
            yield from _operation_mistakes(dialect, key, operation, described)


def _operation_mistakes(
    dialect: Dialect,
    key: str,
    operation: DialectOperation,
    described: dict[str, DescribedOperation],
) -> Iterator[Mistake]:
    form, wsdl = dialect.form, dialect.wsdl
    for index, names in enumerate(operation.names):
        at = f"operations.{key}" if index == 0 else f"operations.{key}.spelled.{index - 1}"
        found = described.get(names.operation)
        if found is None:
            yield f"{at}.operation", f"must be an operation of {wsdl}: {', '.join(described)}"
            continue
        where = f"{wsdl}, line {found.line}"
        action = names.action.replace("{namespace}", form.namespace or found.namespace)
        for part, ours, theirs in (
            ("request", names.request, found.request),
            ("answer", names.answer, found.answer),
            ("action", action, found.action),
        ):
            if ours != theirs:
                yield f"{at}.{part}", f'must be "{theirs}" as in {where}'
        if form.style != found.style:
            yield "message.style", f'must be "{found.style}" as in {where}'
        if form.namespace and form.namespace != found.namespace:
            yield "message.namespace", f'must be "{found.namespace}" as in {where}'
        if found.qualified is not None and found.qualified != form.qualified_children:
            theirs = "qualified" if found.qualified else "unqualified"
            yield "message.children", f'must be "{theirs}" as in {where}'
        if found.parameters is not None:
            yield from _parameter_mistakes(key, operation, found, where)


def _parameter_mistakes(
    key: str, operation: DialectOperation, found: DescribedOperation, where: str
) -> Iterator[Mistake]:
    """Parameters have the names of the WSDL, in its order; some may be left out."""
    left = list(found.parameters or ())
    for index, parameter in enumerate(operation.parameters):
        if parameter.element not in left:
            place = f"operations.{key}.parameter.{index}.element"
            known = ", ".join(found.parameters or ()) or "none"
            yield place, f"must be one of {known}, in this order, as in {where}"
            return
        left = left[left.index(parameter.element) + 1 :]
