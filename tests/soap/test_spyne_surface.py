"""Used surface of Spyne: what the program imports of it, what of it runs, and what reaches it.

docs/security-classes.md lists both. Spyne is fuzzed as if it were ours: whatever a caller writes,
out comes an answer of ours or a fault of ours, and no function of Spyne ran on it.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.domain.partner import OperationName
from tests.contract import sources
from tests.long_haul import repetitions
from tests.soap.endpoint import COUNTRY, NUMBER, TOKEN, Endpoint

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/security-classes.md"
_ROW = re.compile(r"^\| `(spyne[\w.]*)` \|", re.MULTILINE)


def imported() -> set[str]:
    """Every name of Spyne that a module of the program imports, with the module it is from."""
    found: set[str] = set()
    for file in sources.files():
        if "spyne" not in sources.text(file):
            continue
        for node in sources.nodes(file):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            else:
                continue
            ours = {name for name in names if name.partition(".")[0] == "spyne"}
            assert not ours or file.parent == Path("gateway/soap/spyne"), file
            found |= ours
    return found


def test_the_page_lists_what_is_imported_and_nothing_else() -> None:
    listed = _ROW.findall(PAGE.read_text(encoding="utf-8"))
    assert len(listed) == len(set(listed))
    assert set(listed) == imported()


def test_spyne_is_one_exact_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (pin,) = [one for one in project["dependencies"] if one.startswith("spyne")]
    assert re.fullmatch(r"spyne==\d+\.\d+\.\d+", pin)


# What runs


@contextmanager
def running() -> Iterator[set[str]]:
    """Collect the functions of Spyne, and our reader, that run in this thread meanwhile."""
    seen: set[str] = set()

    def note(frame: FrameType, event: str, argument: object) -> None:
        file = Path(frame.f_code.co_filename)
        if event == "call" and "spyne" in file.parts:
            ours = file.parts[-3:-1] == ("soap", "spyne")
            seen.add(f"{'ours' if ours else 'spyne'}: {file.name} {frame.f_code.co_name}")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield seen
    finally:
        sys.setprofile(before)


def of_spyne(seen: set[str]) -> set[str]:
    return {one for one in seen if one.startswith("spyne: ")}


@pytest.fixture(scope="module", params=["v1", "v2"])
def warm(request: pytest.FixtureRequest) -> Endpoint:
    """An endpoint that has read every kind of request once: the layout of a model is read then."""
    endpoint = Endpoint(request.param)
    for content in (
        endpoint.request(),
        endpoint.confirmation(("A", "1")),
        endpoint.request("ServiceState", number="", token=""),
    ):
        assert endpoint.post(endpoint.envelope(content)).fault is None
    for operation in (OperationName.GET_FINAL, OperationName.GET_FINAL_AS_THE_HUB):
        endpoint.post(endpoint.envelope(endpoint.request(operation)))
    return endpoint


def test_no_function_of_spyne_runs_on_a_request(warm: Endpoint) -> None:
    with running() as seen:
        warm.post(warm.plain())
        warm.post(warm.envelope(warm.confirmation(("A", "1"), ("B", "2"))))
    assert not of_spyne(seen)
    assert "ours: request_objects.py read" in seen, "this test would see it"


# What reaches it: hostile names, attributes and structures

MODELS = [
    "__class__", "__dict__", "__init__", "__orig__", "__type_name__", "_type_info", "Attributes",
    "ComplexModel", "ComplexModelBase", "Array", "Iterable", "AnyDict", "AnyXml", "ByteArray",
    "File", "Fault", "Mandatory", "ServiceBase", "Application", "GetNonFinalCitesCertificate",
    "CitesPosition", "ConfirmedQuantities", "CertificateNumber", "TokenId", "IsoCountryCode", "ID",
]  # fmt: skip
OPERATIONS = [name.value for name in OperationName]
XSI_TYPE = 'xsi:type="{0}" xmlns:x="{1}"'
ATTRIBUTES = [
    "", "", 'xsi:nil="true"', 'id="a"', 'href="#a"', 'href="file:///etc/passwd"',
    *(XSI_TYPE.format(f"x:{name}", space) for name in ("AnyDict", "File", "ComplexModel", "Array")
      for space in ("spyne.model.complex", "spyne.model.binary", "urn:CitesDataExchange/v2/")),
    'xmlns:enc="http://schemas.xmlsoap.org/soap/encoding/" enc:arrayType="xs:string[99999999]"',
    'xmlns:py="spyne.model" py:class="os.system" __class__="x" _type_info="y"',
]  # fmt: skip
VALUES = [
    "",
    NUMBER,
    TOKEN,
    COUNTRY,
    "A",
    "5",
    "{{7*7}}",
    "%s",
    "${jndi:x}",
    "&#0;",
    "&#xD;",
    "]]>",
]


def elements() -> st.SearchStrategy[str]:
    """Markup of an element, some levels deep."""
    prefixes = st.sampled_from(["", "", "v:", "xs:", "s:"])
    names = st.sampled_from(MODELS) | st.from_regex(r"[A-Za-z_][\w.-]{0,8}", fullmatch=True)
    texts = st.sampled_from(VALUES) | st.text(max_size=8).map(
        lambda text: text.replace("&", "&amp;").replace("<", "&lt;")
    )

    def element(content: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.builds(
            "<{0}{1} {2}>{3}</{0}{1}>".format, prefixes, names, st.sampled_from(ATTRIBUTES), content
        )

    return st.recursive(
        element(texts),
        lambda below: element(st.lists(below, max_size=4).map("".join)),
        max_leaves=8,
    )


def bodies() -> st.SearchStrategy[str]:
    """Content of a Body: requests with hostile children, and anything else."""
    good = st.sampled_from(
        [
            f"<CertificateNumber>{NUMBER}</CertificateNumber>",
            f"<TokenId>{TOKEN}</TokenId>",
            f"<IsoCountryCode>{COUNTRY}</IsoCountryCode>",
            "<ConfirmedQuantities><CitesPosition><ID>A</ID><InspectedUnitQuantity>1"
            "</InspectedUnitQuantity></CitesPosition></ConfirmedQuantities>",
        ]
    )
    children = st.lists(good | elements(), max_size=5).map("".join)
    requests = st.builds(
        "<v:{0}Request {1}>{2}</v:{0}Request>".format,
        st.sampled_from(OPERATIONS),
        st.sampled_from(ATTRIBUTES),
        children,
    )
    return requests | elements() | st.lists(requests | elements(), max_size=2).map("".join)


@pytest.mark.long_haul  # test_soap_hub_mutations.py stays
@pytest.mark.slow
@settings(max_examples=repetitions(short=20, long=200))
@given(body=bodies())
def test_whatever_is_written_out_comes_an_answer_or_a_fault_of_ours(
    warm: Endpoint, body: str
) -> None:
    """`post` checks the whole answer: schema, headers, nothing of the inside, no token."""
    with running() as seen:
        answer = warm.post(warm.envelope(body).encode("utf-8", "xmlcharrefreplace"))
    assert not of_spyne(seen)
    if answer.fault is not None:
        assert answer.side == "Client" or answer.code in ("VersionMismatch", "MustUnderstand")


@pytest.mark.parametrize("name", [name for name in MODELS if name.startswith("_")])
def test_a_hostile_child_never_becomes_an_attribute(warm: Endpoint, name: str) -> None:
    """It would be set on the request object, beside `__class__` and the model's own."""
    child = f"<{name}>x</{name}>"
    before = len(warm.backend.asked)
    for request in (warm.request(more=child), warm.request(number=child)):
        assert warm.post(warm.envelope(request)).code == "InvalidRequest"
    assert len(warm.backend.asked) == before
