"""Partner files as hostile input: refused with file, line and key, or read as they are."""

from datetime import UTC, datetime

import pytest

from gateway.domain.errors import SettingsInvalid
from gateway.domain.identifiers import IsoCountryCode
from gateway.settings.introduction.partner_file import (
    AuthorityEntry,
    CertificateEntries,
    PartnerFile,
    ServiceEntry,
    read_partner_file,
)
from gateway.settings.introduction.toml_writing import partner_file_text
from gateway.settings.partner_tables.contact import ContactSettings
from gateway.settings.reading.single_file import MOST_BYTES

PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
FILE = """\
format = 1
made_at = 2026-11-29T02:00:00Z
country = "ZA"

[[authority]]
code = "DFFE"
name = "Department of Forestry"

[[service]]
version = "v2"
address = "https://epix.example.za/epix/v2"

[certificates]
client = '''
-----BEGIN CERTIFICATE-----
MIIB
-----END CERTIFICATE-----
'''
"""


def refusal(content: bytes) -> str:
    with pytest.raises(SettingsInvalid) as refused:
        read_partner_file(content, "za.toml")
    return refused.value.text


def test_a_file_is_read_with_windows_line_ends_and_a_byte_order_mark_too() -> None:
    plain = read_partner_file(FILE.encode(), "za.toml")
    assert plain.country == IsoCountryCode("ZA")
    assert plain.service[0].final_operation == "GetFinalCitesCertificate"
    windows = FILE.replace("\n", "\r\n").encode("utf-8-sig")
    assert read_partner_file(windows, "za.toml") == plain


def test_what_is_written_is_read_again() -> None:
    file = PartnerFile(
        format=1,
        made_at=datetime(2026, 11, 29, 2, tzinfo=UTC),
        country=IsoCountryCode("MZ"),
        authority=(AuthorityEntry(code="ANAC", name='Administração "Nacional" \\ das Áreas'),),
        contact=ContactSettings(name="Escritório CITES", phone="+258 21 000 000"),
        service=(ServiceEntry(version="v1", address="https://epix.example.mz/v1", soap=("1.2",)),),
        certificates=CertificateEntries(client=PEM, server_ca=PEM + PEM),
    )
    text = partner_file_text(file)
    assert read_partner_file(text.encode(), "mz.toml") == file.model_copy(
        update={
            "certificates": CertificateEntries(client=PEM, server_ca=PEM + PEM),
        }
    )


A = 'address = "https://epix.example.za/epix/v2"'
WRONG = [
    ('code = "DFFE"', 'code = "DFFE"\npasword = "x"', "line 7: authority[1].pasword is not a key"),
    ("format = 1", "format = 2", "line 1: format must be"),
    ("format = 1", "", "format is missing"),
    ("made_at = 2026-11-29T02:00:00Z", "made_at = 2026-11-29T02:00:00", "line 2: made_at"),
    ('country = "ZA"', 'country = "Zuid-Afrika"', "line 3: country must be two capital letters"),
    ('country = "ZA"', 'country = "QQ"', "line 3: country must be a country code that CITES"),
    ('country = "ZA"', "country = 27", "line 3: country"),
    ('version = "v2"', 'version = "v3"', "line 10: service[1].version must be"),
    (A, 'address = "http://epix.example.za/"', "line 11: service[1].address must begin with https"),
    (A, 'address = "https://me:secret@epix.example.za/"', "must be the full address"),
    (A, 'address = "http://127.0.0.1@epix.example.za/"', "must be the full address"),
    (A, 'address = "http://127.1/"', "must begin with https"),
    (A, 'address = "https://epix.example.za/#x"', "must be the full address"),
    (A, 'address = "https://epix.example.za:99999/"', "must be the full address"),
    (A, 'address = "https://еріх.example.za/"', "must be the full address"),
    (A, 'address = "https://epix.example.za/\\u202E"', "must be the full address"),
    (A, 'address = "https://epix.example.za/ x"', "must be the full address"),
    (A, 'address = "https:///epix/v2"', "must be the full address"),
    (A, 'address = "file:///etc/passwd"', "must be the full address"),
    (A, f'address = "https://epix.example.za/{"x" * 1000}"', "must be the full address"),
    ("client =", "key =", "certificates.key is not a key"),
    ("CERTIFICATE-----\n'''", "PRIVATE KEY-----\n'''", "must be certificates in PEM and nothing"),
    ("MIIB", "MI\\u0000IB", "must be certificates in PEM and nothing else"),
    ("[[service]]", "[[service]]\n" * 21, "service"),
]


@pytest.mark.parametrize(("old", "new", "said"), WRONG)
def test_a_wrong_value_is_named_with_line_and_key(old: str, new: str, said: str) -> None:
    assert FILE.count(old) == 1
    text = refusal(FILE.replace(old, new).encode())
    assert text.startswith("za.toml")
    assert said in text
    assert "secret" not in text


def test_several_problems_are_counted() -> None:
    wrong = FILE.replace('"v2"', '"v3"').replace('"ZA"', '"za"')
    assert refusal(wrong.encode()).endswith("(1 more problems).")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is missing"),
        (b"x" * (MOST_BYTES + 1), "longer than 262144 bytes"),
        (FILE.encode("utf-16"), "in UTF-16"),
        (FILE.replace("Department", "Département").encode("cp1252"), "line 7: a byte there is not"),
        (bytes(range(256)) * 4, "not UTF-8"),
        (b"\x00\x01\x02", "not TOML"),
        (b"-----BEGIN CERTIFICATE-----\n", "not TOML"),
        (b"a = " + b"[\n" * 50_000, "nested too deeply"),
        (b"a" + b".a" * 50_000 + b" = 1", "line 1: longer than 8000 characters"),
        (b"a" + b".a" * 3_900 + b" = 1", "za.toml"),
        (FILE.encode() + b"\n[certificates]\n", "not TOML"),
    ],
    ids=lambda value: None if isinstance(value, bytes) else value,
)
def test_what_is_no_partner_file_is_refused_in_a_sentence(content: bytes, said: str) -> None:
    assert said in refusal(content)
