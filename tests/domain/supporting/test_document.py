"""Entries about a supporting document: name, kind, lines."""

import pytest

from gateway.domain.supporting.document import kinds, valid_kind, valid_lines, valid_name
from gateway.domain.supporting.refused import DocumentRefused


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("finding.pdf", "finding.pdf"),
        ("Avis  d\u2019acquisition é.pdf", "Avis d\u2019acquisition é.pdf"),
        ("re\u0301sume\u0301.pdf", "résumé.pdf"),
        ("ශ්\u200dරී.png", "ශ්\u200dරී.png"),
        ("a.b.pdf", "a.b.pdf"),
    ],
)
def test_a_name_is_kept_in_composed_letters(typed: str, kept: str) -> None:
    assert valid_name(typed) == kept


@pytest.mark.parametrize(
    "name",
    [
        *("", " ", "pdf", ".pdf", "..pdf", " .pdf", "../a.pdf", "a/b.pdf", "C:\\a.pdf", "-rf.pdf"),
        *("a\nb.pdf", "a\tb.pdf", "a\x00.pdf", "a\x1b[31m.pdf", "a\u202efdp.exe.pdf"),
        *("a\u200b.pdf", "a\ufeff.pdf", "a\u2066.pdf", "a\ud800.pdf", "con.pdf", "NUL.tar.pdf"),
        *('a".pdf', "a<b>.pdf", "a|b.pdf", "a?.pdf", "a*.pdf", f"{'a' * 117}.pdf"),
    ],
)
def test_a_name_that_could_be_a_path_or_mislead_is_refused(name: str) -> None:
    with pytest.raises(DocumentRefused) as refused:
        valid_name(name)
    assert refused.value.field == "file"


def test_kinds_have_names_in_three_languages() -> None:
    assert {"LAF", "NDF", "ORI", "VET", "INV", "PHO", "OTH"} <= kinds().keys()
    assert all(each.english and each.french and each.spanish for each in kinds().values())
    assert valid_kind(" laf ") == "LAF"
    with pytest.raises(DocumentRefused):
        valid_kind("XXX")


def test_lines_are_those_of_the_permit_in_its_order() -> None:
    assert valid_lines(["c", " A ", "A"], ["A", "B", "C"]) == ("A", "C")
    assert valid_lines([], ["A"]) == ()
    with pytest.raises(DocumentRefused):
        valid_lines(["D"], ["A", "B"])
