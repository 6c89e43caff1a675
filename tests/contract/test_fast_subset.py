"""Fast subset: what is collected for it, and what is said of tests that are too long."""

from pathlib import Path

import pytest

from tests import fast_subset

SLOW = "import pytest\n\npytestmark = [pytest.mark.slow, needs]\n\n\ndef test_a(): ...\n"
OF_SOME = SLOW.replace(
    "[pytest.mark.slow, needs]", "parametrize('a', [param(marks=pytest.mark.slow)])"
)
ONE_SLOW = "import pytest\n\n\n@pytest.mark.slow\ndef test_a(): ...\n\n\ndef test_b(): ...\n"


def test_a_file_of_slow_tests_alone_is_not_imported(tmp_path: Path) -> None:
    for folder, files in {"a": [SLOW], "b": [SLOW, ONE_SLOW, OF_SOME]}.items():
        (tmp_path / folder).mkdir()
        for place, text in enumerate(files):
            (tmp_path / folder / f"test_{place}.py").write_text(text, encoding="utf-8")
    assert not fast_subset.may_have_tests(tmp_path / "a/test_0.py")
    assert not fast_subset.may_have_tests(tmp_path / "a")
    assert fast_subset.may_have_tests(tmp_path / "b/test_1.py")
    assert fast_subset.may_have_tests(tmp_path / "b/test_2.py")
    assert fast_subset.may_have_tests(tmp_path / "b")


def test_the_longest_tests_are_named_first_and_only_so_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fast_subset, "NAMED", 2)
    reports = [
        pytest.TestReport(
            test, ("", 0, ""), {}, "passed", None, "teardown", user_properties=properties
        )
        for test, properties in (
            ("a", [("processor_seconds", "0.50")]),
            ("b", []),
            ("c", [("processor_seconds", "10.00")]),
            ("d", [("processor_seconds", "0.40")]),
        )
    ]
    assert [line.split() for line in fast_subset.long_tests(reports)] == [
        [seconds, "s", "of", "a", "processor", test]
        for seconds, test in (("10.00", "c"), ("0.50", "a"))
    ]
