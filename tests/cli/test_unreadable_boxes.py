"""Boxes of a partner's permit that are not readable: marked on the screen and in JSON."""

import io
import json
from dataclasses import replace

import pytest
from rich.console import Console

from gateway.cli.views.permit import as_json, view
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.unreadable import UnreadableLeaf
from gateway.store.permits.permit_json import from_json, to_json
from tests.builders import a_permit

DATE = UnreadableLeaf("2", None, "EndDateTime", "31 Sept")
UNSET = UnreadableLeaf("13", None, "IssueDateTime", "0001-01-01T00:00:00", not_set=True)
QUANTITY = UnreadableLeaf(
    "11", "B", "ItemQuantity", "12\n\u202e5", (("unitCode", "KGM"),), "A quantity is plain."
)


def with_leaves(*leaves: UnreadableLeaf) -> Permit:
    return replace(a_permit(), unreadable=leaves)


def shown(permit: Permit) -> str:
    console = Console(file=io.StringIO(), width=120)
    console.print(view(permit))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_mark_stands_with_its_box_and_line_and_its_text_is_cleaned() -> None:
    text = shown(with_leaves(DATE, UNSET, QUANTITY))
    document, *lines = text.split("Line ")
    assert "EndDateTime: as written 31 Sept" in document
    assert document.index("31 Sept") < document.index("Importer")
    assert "Not set" not in document
    assert "Not set" in lines[-1], "box 13 stands behind the lines"
    marked = [line[0] for line in lines if "Not readable" in line]
    assert marked == ["B"]
    assert r"ItemQuantity: as written 12 \u202E5 KGM" in text
    assert "\u202e" not in text


def test_json_names_each_leaf_with_its_text_unchanged() -> None:
    said = as_json(with_leaves(DATE, UNSET, QUANTITY))
    assert json.loads(json.dumps(said["unreadable"])) == [
        {"box": "2", "line": None, "element": "EndDateTime", "text": "31 Sept", "attributes": {},
         "not_set": False, "reason": ""},
        {"box": "13", "line": None, "element": "IssueDateTime", "text": "0001-01-01T00:00:00",
         "attributes": {}, "not_set": True, "reason": ""},
        {"box": "11", "line": "B", "element": "ItemQuantity", "text": "12\n\u202e5",
         "attributes": {"unitCode": "KGM"}, "not_set": False, "reason": "A quantity is plain."},
    ]  # fmt: skip


def test_a_permit_without_unreadable_leaves_shows_and_stores_as_before() -> None:
    said = as_json(a_permit())
    assert said["unreadable"] == []
    assert "Not readable" not in shown(a_permit())
    assert "unreadable" not in to_json(a_permit())


@pytest.mark.parametrize("leaves", [(), (DATE,), (QUANTITY, UNSET)])
def test_a_permit_comes_back_from_the_store_as_it_was(leaves: tuple[UnreadableLeaf, ...]) -> None:
    permit = with_leaves(*leaves)
    assert from_json(to_json(permit)) == permit
