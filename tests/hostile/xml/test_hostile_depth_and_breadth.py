"""Class: depth and breadth.

Every limit holds, says which it is, and costs no more than the bytes sent.
"""

import gc
import time
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.soap.reading.limits import MessageLimits
from tests.soap.endpoint import NUMBER, Endpoint, the_permit

LIMITS = MessageLimits()


def in_header(content: str) -> str:
    return f'<t:x xmlns:t="urn:t">{content}</t:x>'


def many(count: int, pattern: str) -> str:
    return "".join(pattern.format(number) for number in range(count))


TOO_MUCH = {
    "depth": (in_header("<a>" * 100 + "</a>" * 100), "levels deep"),
    "elements": (in_header("<a/>" * (LIMITS.markup + 1)), "tags"),
    "comments": (in_header("<!-- -->" * (LIMITS.markup + 1)), "tags"),
    "instructions": (in_header("<?a b?>" * (LIMITS.markup + 1)), "tags"),
    "attributes": (in_header("<a" + many(25, " a{}='1'") + "/>"), "attributes"),
    "namespaces of one element": (
        in_header("<a" + many(200, " xmlns:a{0}='urn:{0}'") + "/>"),
        "namespace",
    ),
    "namespaces of many elements": (in_header(many(200, '<a xmlns="urn:{}"/>')), "namespace"),
    "name": (in_header(f"<{'a' * 600}/>"), "name"),
    "attribute name": (in_header(f"<a {'a' * 600}='1'/>"), "attribute"),
    "namespace name": (f'<t:x xmlns:t="urn:{"t" * 600}"/>', "name"),
    "attribute value": (in_header(f"<a b='{'1' * 17_000}'/>"), "attribute"),
    "text": (in_header("1" * 17_000), "text"),
    "text after an element": (in_header("<a/>" + "1" * 17_000), "text"),
    "text in pieces": (in_header(("1" * 100 + "<!-- -->") * 200), "text"),
    "blocks": (many(30, '<t:x{} xmlns:t="urn:t"/>'), "blocks"),
}


@pytest.mark.parametrize(("header", "word"), TOO_MUCH.values(), ids=TOO_MUCH.keys())
def test_over_a_limit_is_said_to_be(endpoint: Endpoint, header: str, word: str) -> None:
    assert endpoint.post(endpoint.envelope(endpoint.request(), header)).refuses(
        "MessageTooLarge", word
    )
    assert not endpoint.backend.asked


WELL_WITHIN = {
    "depth": in_header("<a>" * 15 + "</a>" * 15),
    "elements": in_header("<a/>" * 1000),
    "comments": in_header("<!-- -->" * 1000),
    "attributes": in_header("<a" + many(20, " a{}='1'") + "/>"),
    "namespaces": in_header(many(50, '<a xmlns="urn:{}"/>')),
    "text": in_header("1" * 10_000),
    "blocks": many(20, '<t:x{} xmlns:t="urn:t"/>'),
}


@pytest.mark.parametrize("header", WELL_WITHIN.values(), ids=WELL_WITHIN.keys())
def test_what_is_large_but_within_the_limits_is_answered(endpoint: Endpoint, header: str) -> None:
    assert endpoint.post(endpoint.envelope(endpoint.request(), header)).permit("v1") == the_permit(
        "v1"
    )


def test_a_body_over_the_limit_is_refused_unread(endpoint: Endpoint) -> None:
    assert endpoint.post(b"\xff" * (LIMITS.bytes + 1)).refuses("MessageTooLarge", str(LIMITS.bytes))


def test_a_confirmation_of_many_lines_is_read_whole(endpoint: Endpoint) -> None:
    lines = [(f"L{number}", "1") for number in range(1000)]
    assert endpoint.post(endpoint.envelope(endpoint.confirmation(("A", "1"), *lines))).refuses(
        "PositionUnknown"
    )
    assert len(endpoint.backend.asked[0][4]) == 1001  # type: ignore[arg-type]


@pytest.mark.parametrize("where", ["header", "body"])
def test_nesting_without_end_is_refused_at_once(endpoint: Endpoint, where: str) -> None:
    deep = "<a>" * 60_000
    sent = (
        endpoint.envelope(deep)
        if where == "body"
        else endpoint.envelope(endpoint.request(), in_header(deep))
    )
    assert _seconds(endpoint, sent) < 1.0


COSTLY = {
    "attributes": lambda n: "<a" + many(n, " a{}='1'") + "/>",
    "namespaces": lambda n: "<a" + many(n, " xmlns:a{0}='urn:a{0}'") + "/>",
    "names": lambda n: many(n, "<a{}/>"),
    "same ids": lambda n: "<a id='x'/>" * n,
    "xml ids": lambda n: many(n, "<a xml:id='x{}'/>"),
    "comments": lambda n: "<!---->" * n,
    "references": lambda n: "&lt;" * n,
    "cdata": lambda n: "<![CDATA[x]]>" * n,
    "open comments": lambda n: "<!-- -- " * n,
    "open tags": lambda n: "<a " * n,
    "quotes": lambda n: "<a b='" * n,
    "white space": lambda n: " \n" * n,
    "spaces in a tag": lambda n: "<a" + " " * n + "/>",
    "bad quantities": lambda n: "<InspectedUnitQuantity>x</InspectedUnitQuantity>" * n,
}


@pytest.mark.parametrize("make", COSTLY.values(), ids=COSTLY.keys())
def test_cost_grows_no_faster_than_size(make: object) -> None:
    limits = MessageLimits(bytes=10**9, markup=10**9, namespace_declarations=10**9)
    endpoint = Endpoint(limits=limits)

    def cost(size: int) -> float:
        content = make(size)  # type: ignore[operator]
        sent = endpoint.envelope(content)
        return min(_seconds(endpoint, sent) for _ in range(3)) / len(sent)

    small, large = cost(2_000), cost(32_000)
    assert large < 8 * small + 1e-6, "quadratic"


@pytest.mark.parametrize(
    "prolog",
    [
        "<!--" * 50_000,
        "<?a " * 50_000,
        " " * 200_000,
        "<!-- -->" * 5_000,
        "<!-- <!-- " * 20_000,
        "<?a?>" * 5_000,
    ],
)
def test_a_long_prolog_is_no_trap(endpoint: Endpoint, prolog: str) -> None:
    assert _seconds(endpoint, prolog + endpoint.plain()) < 1.0


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
@pytest.mark.parametrize(
    "kind",
    [
        "attributes of the request",
        pytest.param("foreign", marks=pytest.mark.long_haul),
        pytest.param("malformed", marks=pytest.mark.long_haul),
        pytest.param("unknown request", marks=pytest.mark.long_haul),
    ],
)
def test_ever_new_names_leave_nothing_behind_in_memory(endpoint: Endpoint, kind: str) -> None:
    def message(number: int) -> str:
        if kind == "attributes of the request":
            return endpoint.envelope(
                endpoint.request(attributes=many(24, f" a{number}_{{}}{'x' * 480}='1'"))
            )
        names = many(1_000, f"<n{number}_{{}}/>")
        return {"foreign": f"<a>{names}</a>", "malformed": f"<a>{names}"}.get(
            kind
        ) or endpoint.envelope(names)

    def memory_after(numbers: range) -> int:
        for number in numbers:
            endpoint.post(message(number))
            endpoint.backend.journal.clear()
            endpoint.watch.exchanges.clear()
        gc.collect()
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

    before = memory_after(range(100))
    assert memory_after(range(100, 700)) - before < 600 * len(message(0)) / 3


def test_a_structure_is_learnt_only_after_every_check(endpoint: Endpoint) -> None:
    structures = endpoint.endpoint._known_structures
    endpoint.post(endpoint.envelope("<v:Nothing/>"))
    endpoint.post(endpoint.envelope(endpoint.request(number=f"<Number>{NUMBER}</Number>")))
    assert not structures._known
    endpoint.post(endpoint.plain())
    endpoint.post(endpoint.plain().replace(NUMBER, "ANOTHER"))
    assert len(structures._known) == 1


@pytest.mark.slow
def test_a_caller_that_sends_ever_new_structures_leaves_room_for_others(
    endpoint: Endpoint,
) -> None:
    structures = endpoint.endpoint._known_structures
    flooder = replace(endpoint.backend.caller, key="flooder")
    endpoint.backend.caller = flooder
    for number in range(400):
        block = in_header(f'<a b="{"x" * 3_500}{number}"/>')
        endpoint.post(endpoint.envelope(endpoint.request(), header=block))
    for number in range(400):
        endpoint.post(endpoint.envelope(endpoint.request(), header=in_header(f'<a b="{number}"/>')))
    for partner in ("za", "na", "bw"):
        endpoint.backend.caller = replace(flooder, key=partner)
        usual = endpoint.envelope(endpoint.request(), header=in_header(f"<{partner}/>"))
        endpoint.post(usual)
        assert structures.contains(usual.encode()), partner


@pytest.mark.parametrize(
    ("inside", "learnt"),
    [("plain", True), ("<!-- > -->", False), ("<![CDATA[ > ]]>", False), ("<?note > ?>", False),
     ('<y text=">"/>', False), ("<y text='>'/>", False), ("<y text='2' more=\"it's\"/>", True)],
)  # fmt: skip
def test_a_structure_in_which_a_value_could_become_a_tag_is_not_learnt(
    endpoint: Endpoint, inside: str, learnt: bool
) -> None:
    message = endpoint.envelope(
        endpoint.request(), header=f"<x:note xmlns:x='urn:x'>{inside}</x:note>"
    )
    endpoint.post(message)
    assert endpoint.backend.journal[-1].outcome == "ok"
    assert endpoint.endpoint._known_structures.contains(message.encode()) is learnt


def _seconds(endpoint: Endpoint, sent: str) -> float:
    start = time.perf_counter()
    endpoint.post(sent)
    return time.perf_counter() - start
