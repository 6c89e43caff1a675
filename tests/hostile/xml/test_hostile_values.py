"""Class: values. A quantity is judged on its raw text, and its refusal names line and box."""

import pytest

from gateway.domain.partner import OperationName
from tests.soap.endpoint import NUMBER, Endpoint

BAD_QUANTITIES = [
    "",
    " ",
    "x",
    "1e3",
    "1E0",
    "0x10",
    "1_0",
    "1,5",
    "1.5.1",
    "--1",
    "-1",
    "-0.5",
    "+-1",
    "NaN",
    "INF",
    "-INF",
    "Infinity",
    "١",
    "１",
    "²",
    "½",
    "1 0",
    "1 000",
    "1\u00a0000",
    "9" * 16,
    "0.0000001",
    "9" * 400,
    "1/2",
    "1;5",
    "5 NAR",
    "five",
    ".",
    "+",
    "1.5",
    "6",
    "' OR 1=1 --",
    "{1}",
    "%d",
]


@pytest.mark.parametrize("quantity", BAD_QUANTITIES)
def test_a_bad_quantity_names_line_and_box_and_books_nothing(
    endpoint: Endpoint, quantity: str
) -> None:
    answer = endpoint.post(endpoint.envelope(endpoint.confirmation(("A", "1"), ("B", quantity))))
    assert answer.refuses("QuantityExceeded" if quantity == "6" else "QuantityInvalid")
    assert (answer.said["Position"], answer.said["Box"]) == ("B", "14")
    assert not endpoint.backend.booked


@pytest.mark.parametrize(
    ("quantity", "read"),
    [
        ("5", "5"),
        ("5.0", "5.0"),
        (" 5\n", "5"),
        ("+5", "+5"),
        ("005", "005"),
        ("5.", "5."),
        ("<![CDATA[5]]>", "5"),
        ("&#53;", "5"),
        ("<!-- 1 -->5", "5"),
        ("0<!-- -->5", "05"),
        ("0", "0"),
    ],
)
def test_a_good_quantity_arrives_as_written(endpoint: Endpoint, quantity: str, read: str) -> None:
    assert endpoint.post(endpoint.envelope(endpoint.confirmation(("A", quantity)))).fault is None
    assert endpoint.backend.booked == [("A", read)]


@pytest.mark.parametrize("comment", ["<!-- -->", "<?p?>", "<![CDATA[]]>", "&#x30;"])
def test_text_after_a_comment_is_never_lost(endpoint: Endpoint, comment: str) -> None:
    answer = endpoint.post(endpoint.envelope(endpoint.confirmation(("A", f"5{comment}0"))))
    assert answer.refuses("QuantityExceeded"), "5 was read out of 50"


@pytest.mark.parametrize("quantity", ["<b>5</b>", "5<b/>", "5<b/>0", "<v:x/>"])
def test_an_element_inside_a_quantity_is_against_the_contract(
    endpoint: Endpoint, quantity: str
) -> None:
    assert endpoint.post(endpoint.envelope(endpoint.confirmation(("A", quantity)))).refuses(
        "InvalidRequest", "InspectedUnitQuantity"
    )


@pytest.mark.parametrize(
    "attribute",
    [' xsi:nil="true"', ' unitCode="KGM"', ' xsi:type="xs:string"', ' xsi:type="xs:float"'],
)
def test_a_quantity_carries_no_attribute(endpoint: Endpoint, attribute: str) -> None:
    sent = endpoint.envelope(endpoint.confirmation(("A", "5"))).replace(
        "<InspectedUnitQuantity", f"<InspectedUnitQuantity{attribute}"
    )
    assert endpoint.post(sent).refuses("InvalidRequest", "InspectedUnitQuantity")


@pytest.mark.parametrize("kind", ["xs:decimal", "xs:integer"])
def test_the_declared_type_or_one_made_from_it_may_be_named(endpoint: Endpoint, kind: str) -> None:
    named = f'<InspectedUnitQuantity xsi:type="{kind}"'
    sent = endpoint.envelope(endpoint.confirmation(("A", "5"))).replace(
        "<InspectedUnitQuantity", named
    )
    assert endpoint.post(sent).fault is None
    refused = endpoint.post(sent.replace(">5<", ">x<"))
    assert refused.refuses("QuantityInvalid")


@pytest.mark.parametrize("letter", ["", " ", "A B", "A\tB", "A\nB", "A&#160;B", "<A/>"])
def test_the_id_of_a_line_is_a_token(endpoint: Endpoint, letter: str) -> None:
    answer = endpoint.post(endpoint.envelope(endpoint.confirmation((letter, "5"))))
    code = "PositionUnknown" if "#160" in letter else "InvalidRequest"
    assert answer.refuses(code)
    assert answer.said["Box"] == "14"


def test_the_hub_s_word_about_the_id(endpoint: Endpoint) -> None:
    assert endpoint.post(endpoint.envelope(endpoint.confirmation(("A B", "5")))).refuses(
        "InvalidRequest", "ID", "token"
    )


@pytest.mark.parametrize("letters", [("A", "A"), ("A", "B", "A"), ("A", " A ")])
def test_a_repeated_line_refuses_the_whole_message(
    endpoint: Endpoint, letters: tuple[str, ...]
) -> None:
    answer = endpoint.post(
        endpoint.envelope(endpoint.confirmation(*((letter, "1") for letter in letters)))
    )
    assert answer.refuses("PositionRepeated")
    assert not endpoint.backend.booked


@pytest.mark.parametrize(
    "letter", ["Z", "a", "А", "A\u200b", "Ａ", "*", "%", "' OR '1'='1", "../A", "x" * 5000]
)
def test_an_unknown_line_refuses_the_whole_message(endpoint: Endpoint, letter: str) -> None:
    answer = endpoint.post(
        endpoint.envelope(endpoint.confirmation(("A", "1"), (letter.replace(" ", ""), "1")))
    )
    assert answer.refuses("PositionUnknown")
    assert len(answer.said["Position"]) <= 70
    assert not endpoint.backend.booked


def test_an_error_elsewhere_is_told_before_a_bad_quantity(endpoint: Endpoint) -> None:
    sent = endpoint.envelope(endpoint.confirmation(("A", "x"))).replace("<ID>A</ID>", "<Id>A</Id>")
    assert endpoint.post(sent).refuses("InvalidRequest", "ID, InspectedUnitQuantity")
    assert not endpoint.backend.asked


@pytest.mark.parametrize(
    "number",
    [
        "MZ26EX00000١",
        "МZ26EX000001",
        "MZ26EX000001\u200b",
        "mz26ex000001",
        "MZ26EX00000%",
        "MZ26EX00000_",
        "*",
        "' OR 1=1 --",
        "../MZ26EX000001",
        "{0}",
        "%s",
        "${jndi:ldap://x}",
        "MZ26EX000001;DROP TABLE permits",
        "x" * 71,
        "MZ26EX000001\u00a0",
    ],
)
def test_look_alikes_and_injections_find_nothing(endpoint: Endpoint, number: str) -> None:
    answer = endpoint.post(
        endpoint.envelope(
            endpoint.request(number=f"<CertificateNumber>{number}</CertificateNumber>")
        )
    )
    assert answer.code in ("InvalidRequest", "CertificateNotFound")
    assert number != NUMBER


def test_values_reach_the_use_case_unchanged(endpoint: Endpoint) -> None:
    odd = "a&amp;b &lt;c&gt; 'd' \"e\" {f} %g \\h \U0001f40a"
    endpoint.post(
        endpoint.envelope(endpoint.request(number=f"<CertificateNumber>{odd}</CertificateNumber>"))
    )
    assert endpoint.backend.asked[0][:2] == (
        OperationName.GET_NON_FINAL,
        "a&b <c> 'd' \"e\" {f} %g \\h \U0001f40a",
    )
