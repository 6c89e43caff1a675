"""Which kind of file is this, and what is wrong with it? Nothing is stored and nobody is asked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from adapters import registry
from adapters.national.registry import national_source
from gateway.cli.exits import CannotDo
from gateway.domain.errors import DocumentInvalid, GatewayError, InvalidRequest, RecordInvalid
from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.permit import Permit
from gateway.domain.rules import Severity, findings
from gateway.exchange.ports import PermitFormat
from gateway.partners.answers import read_certificate, read_confirmation
from gateway.partners.faults import Failure, PartnerRefusal
from gateway.partners.transport import RawAnswer
from gateway.soap.checking import check_request

_LARGEST_BYTES = 64 * 1024 * 1024
_VERSIONS = {"CBFShip": "v1", "CITESEPermit": "v2"}
_BEFORE_ROOT = re.compile(r"\A\ufeff?(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_ELEMENT = re.compile(r"<(?:[\w.-]+:)?(?P<name>[A-Za-z_][\w.-]*)")


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to say about a file. severity: an ERROR makes it invalid.

    box, position: of the form.  path, line: in an XML document.  row, field: in a national record.
    """

    severity: Severity
    text: str
    box: str | None = None
    position: str | None = None
    path: str | None = None
    line: int | None = None
    row: int | None = None
    field: str | None = None


@dataclass(slots=True)
class Report:
    """kind: what the file is, in words."""

    kind: str
    remarks: list[Remark] = field(default_factory=list)

    @property
    def valid(self) -> bool:
        """Whether nothing is an error."""
        return all(remark.severity is not Severity.ERROR for remark in self.remarks)


def check(file: Path) -> Report:
    """Find out what a file is and everything that is wrong with it. Raises CannotDo for one that is none of ours."""
    if file.suffix.lower() in (".json", ".jsonl", ".csv"):
        return _records(file)
    if file.stat().st_size > _LARGEST_BYTES:
        raise CannotDo(f"{file} is larger than {_LARGEST_BYTES} bytes.", "No permit or message is that large.")
    content = file.read_bytes()
    names = _names(content)
    if names and names[0] == "Envelope":
        return _answer(content, names) if _is_answer(names) else _request(content)
    if names and names[0] in _VERSIONS:
        return _document(content, _VERSIONS[names[0]])
    raise CannotDo(
        f"{file} is neither a permit document nor a SOAP message nor a file of national records.",
        "Name an XML file (CBFShip, CITESEPermit or Envelope), or one that ends in .json, .jsonl or .csv.",
    )


@cache
def _formats() -> dict[str, PermitFormat]:
    return registry.formats()


def _names(content: bytes) -> list[str]:
    """Local names of the elements in their order; nothing where it is no XML. Only to tell what to read it as."""
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "latin-1"
    text = content.removeprefix(b"\xef\xbb\xbf").decode(encoding, errors="replace")
    text = text[_BEFORE_ROOT.match(text).end() :]  # type: ignore[union-attr]  # matches nothing at least
    if text.startswith("<!DOCTYPE"):
        text = text[text.find("<", 1) :]
    return [found["name"] for found in _ELEMENT.finditer(text)] if text.startswith("<") else []


def _is_answer(names: list[str]) -> bool:
    return any(name.endswith("Response") or name == "Fault" or name in _VERSIONS for name in names)


def _records(file: Path) -> Report:
    report = Report("a file of national records")
    count = 0
    for record in national_source(file).records(file):
        count += 1
        if isinstance(record, RecordInvalid):
            report.remarks += [_of_error(problem) for problem in record.problems]
            continue
        for remark in (*_rules(record.permit), *_unwritable(record.permit)):
            text = f"{record.permit.number}: {remark.text}"
            report.remarks.append(
                Remark(remark.severity, text, remark.box, remark.position, remark.path, row=record.row)
            )
    report.kind = f"a file of {count} national record{'' if count == 1 else 's'}"
    return report


def _document(content: bytes, version: str) -> Report:
    report = Report(f"a permit document of schema version {version[1:]}")
    permit_format = _formats()[version]
    try:
        permit = permit_format.read(content)
    except DocumentInvalid as problem:
        report.remarks.append(_of_error(problem))
        return report
    report.remarks += _rules(permit)
    try:
        permit_format.write(permit)
    except DocumentInvalid as problem:
        report.remarks.append(_of_error(problem))
    return report


def _answer(content: bytes, names: list[str]) -> Report:
    answer = RawAnswer(200, "application/xml", body=bytearray(content))
    try:
        if not any(name in _VERSIONS for name in names):
            read_confirmation(answer)
            return Report("a SOAP answer without a permit")
        reply = read_certificate(answer)
    except PartnerRefusal as refusal:
        return Report(f"a SOAP Fault ({refusal.code})")
    except Failure as failure:
        text = f"The sender {failure.reason}"
        return Report("a SOAP answer", [Remark(Severity.ERROR, text)])
    report = _document(reply.document, reply.version)
    report.kind = f"a SOAP answer with {report.kind}"
    return report


def _request(content: bytes) -> Report:
    try:
        request = check_request(content)
    except GatewayError as problem:
        return Report("a SOAP request", [_of_error(problem)])
    return Report(f"a SOAP request: {request.operation} of contract version {request.version[1:]}")


def _rules(permit: Permit) -> Iterator[Remark]:
    authority = _authority(permit)
    if authority is None:
        text = "Nothing says which country issued this document, so the rules that compare countries are left out."
        yield Remark(Severity.WARNING, text, box="6")
        return
    for finding in findings(permit, authority):
        yield Remark(finding.severity, f"{finding.text} [{finding.rule}]", finding.box, finding.position)


def _authority(permit: Permit) -> Authority | None:
    """The authority by the country of box 6, else of the exporter."""
    parties = (permit.management_authority and permit.management_authority.party, permit.exporter)
    for party in parties:
        if party and party.country and party.country.code:
            try:
                return Authority(IsoCountryCode.parse(party.country.code), "MA")
            except InvalidRequest:
                continue
    return None


def _unwritable(permit: Permit) -> Iterator[Remark]:
    """A version that cannot hold the permit answers OperationNotAvailable; none at all is an error."""
    every = _formats()
    problems = []
    for version, permit_format in every.items():
        try:
            permit_format.write(permit)
        except DocumentInvalid as problem:
            problems.append((version, problem))
    severity = Severity.ERROR if len(problems) == len(every) else Severity.WARNING
    for version, reason in problems:
        text = f"It cannot be written in schema version {version[1:]}: {reason.text}"
        yield Remark(severity, text, reason.box, reason.position, reason.path)


def _of_error(error: GatewayError) -> Remark:
    def named(place: str) -> str | None:
        value: str | None = getattr(error, place, None)
        return value

    row = error.row if isinstance(error, RecordInvalid) else None
    line = error.line if isinstance(error, DocumentInvalid) else None
    expected = f" Expected: {named('expected')}." if named("expected") else ""
    return Remark(
        Severity.ERROR, error.text + expected, error.box, error.position, named("path"), line, row, named("field")
    )
