"""File check: kind of a file, and everything that is wrong with it. Nothing is stored or sent.

Permit documents, SOAP requests and answers, and files of national records.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from gateway.domain.codes import Language
from gateway.domain.errors import DocumentInvalid, GatewayError, InvalidRequest, RecordInvalid
from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.unreadable import UnreadableLeaf
from gateway.domain.rules import Finding, Judge, Severity, findings
from gateway.exchange.permits.publish import Published
from gateway.exchange.ports import NationalRecord, NationalSource, PartnerReply, PermitFormat

RECORD_SUFFIXES = (".json", ".jsonl", ".csv")

_BEFORE_ROOT = re.compile(r"\A\ufeff?(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_ELEMENT = re.compile(r"<(?:[\w.-]+:)?(?P<name>[A-Za-z_][\w.-]*)")


class AnswerUnusable(Exception):
    """A SOAP answer that cannot be used.

    kind: of the file, for a person.  problem: a sentence; None for a Fault that is well-formed.
    """

    def __init__(self, kind: str, problem: str | None = None) -> None:
        super().__init__(kind)
        self.kind = kind
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark on a file. severity: an ERROR makes it invalid.

    box, position: of the form.  path, line: in an XML document.  row, field: in a national record.
    number: of the permit, in a file of several.
    finding: of the rule that a permit breaks; None where the file cannot be read or written.
    """

    severity: Severity
    text: str
    box: str | None = None
    position: str | None = None
    path: str | None = None
    line: int | None = None
    row: int | None = None
    field: str | None = None
    number: str | None = None
    finding: Finding | None = None

    def sentence(self, language: Language) -> str:
        """Return the text for a person; findings of rules are there in three languages."""
        return self.finding.text(language) if self.finding else self.text


@dataclass(slots=True)
class Report:
    """Result of a check. kind: of the file, in words."""

    kind: str
    remarks: list[Remark] = field(default_factory=list)

    @property
    def valid(self) -> bool:
        """Whether no remark is an error."""
        return all(remark.severity is not Severity.ERROR for remark in self.remarks)


@dataclass(frozen=True, slots=True)
class CheckFile:
    """Checks files.

    formats: every schema version by name.  version_by_root: name of the version by the name of its
    root element.  source_of: the reader of a file of national records.
    read_request: describes a SOAP request, or raises a GatewayError.  read_confirmation: reads an
    answer without a permit.  read_certificate: reads an answer with a permit.  Both raise
    AnswerUnusable.
    judge: with reference data, where there are any.
    rehearse: publishes a record without storing it, where a gateway is named; raises RecordInvalid.
    """

    formats: Mapping[str, PermitFormat]
    version_by_root: Mapping[str, str]
    source_of: Callable[[Path], NationalSource]
    read_request: Callable[[bytes], str]
    read_confirmation: Callable[[bytes], object]
    read_certificate: Callable[[bytes], PartnerReply]
    judge: Judge = findings
    rehearse: Callable[[NationalRecord], Published] | None = None

    def records(self, file: Path) -> Report:
        """Check a file of national records. Raises RecordInvalid for an unreadable file."""
        report = Report("a file of national records")
        count = 0
        for record in self.source_of(file).records(file):
            count += 1
            if isinstance(record, RecordInvalid):
                report.remarks += [_of_error(problem) for problem in record.problems]
                continue
            number = record.permit.number.text
            for remark in self._of_record(record):
                report.remarks.append(replace(remark, row=record.row, number=number))
        report.kind = f"a file of {count} national record{'' if count == 1 else 's'}"
        return report

    def _of_record(self, record: NationalRecord) -> Iterator[Remark]:
        """Remarks on a record: as its publication would make them, where a gateway is named."""
        if self.rehearse is None:
            yield from self._rules(record.permit)
            yield from self._unwritable(record.permit)
            return
        try:
            published = self.rehearse(record)
        except RecordInvalid as refused:
            for problem in refused.problems:
                finding = problem.finding if isinstance(problem.finding, Finding) else None
                yield replace(_of_error(problem), finding=finding)
            return
        yield from map(_of_finding, published.findings)
        for version, reason in published.unavailable:
            yield _of_unwritable(Severity.WARNING, version, reason)

    def xml(self, content: bytes) -> Report | None:
        """Check a permit document or a SOAP message; None for anything else."""
        names = _element_names(content)
        if names and names[0] == "Envelope":
            is_answer = self._is_answer(names)
            return self._answer(content, names) if is_answer else self._request(content)
        if names and names[0] in self.version_by_root:
            return self._document(content, self.version_by_root[names[0]])
        return None

    def _document(self, content: bytes, version: str) -> Report:
        report = Report(f"a permit document of schema version {version[1:]}")
        permit_format = self.formats[version]
        try:
            permit = permit_format.read_foreign(content)
        except DocumentInvalid as problem:
            report.remarks.append(_of_error(problem))
            return report
        report.remarks += map(_of_leaf, permit.unreadable)
        # A rule knows nothing of a value that is not readable: it would call the box empty.
        report.remarks += (
            remark
            for remark in self._rules(permit)
            if remark.box is None or not permit.hides(remark.box, remark.position)
        )
        try:
            if all(leaf.not_set for leaf in permit.unreadable):
                permit_format.write(permit)
        except DocumentInvalid as problem:
            report.remarks.append(_of_error(problem))
        if not permit.unreadable:
            report.remarks += _unusual(permit_format, content)
        return report

    def _answer(self, content: bytes, names: list[str]) -> Report:
        try:
            if not any(name in self.version_by_root for name in names):
                self.read_confirmation(content)
                return Report("a SOAP answer without a permit")
            reply = self.read_certificate(content)
        except AnswerUnusable as answer:
            remarks = [Remark(Severity.ERROR, answer.problem)] if answer.problem else []
            return Report(answer.kind, remarks)
        report = self._document(reply.document, reply.version)
        report.kind = f"a SOAP answer with {report.kind}"
        return report

    def _is_answer(self, names: list[str]) -> bool:
        return any(
            name.endswith("Response") or name == "Fault" or name in self.version_by_root
            for name in names
        )

    def _request(self, content: bytes) -> Report:
        try:
            return Report(f"a SOAP request: {self.read_request(content)}")
        except GatewayError as problem:
            return Report("a SOAP request", [_of_error(problem)])

    def _unwritable(self, permit: Permit) -> Iterator[Remark]:
        """Remarks on schema versions that cannot hold the permit.

        Such a version answers OperationNotAvailable. A permit that no version can hold is invalid.
        """
        problems = []
        for version, permit_format in self.formats.items():
            try:
                permit_format.write(permit)
            except DocumentInvalid as problem:
                problems.append((version, problem))
        severity = Severity.ERROR if len(problems) == len(self.formats) else Severity.WARNING
        for version, reason in problems:
            yield _of_unwritable(severity, version, reason)

    def _rules(self, permit: Permit) -> Iterator[Remark]:
        authority = _authority(permit)
        if authority is None:
            text = (
                "Nothing says which country issued this document, so the rules that compare"
                " countries are left out."
            )
            yield Remark(Severity.WARNING, text, box="6")
            return
        yield from map(_of_finding, self.judge(permit, authority))


def root_name(content: bytes) -> str | None:
    """Local name of the root element; None for anything but XML. A guess, as below."""
    return next(iter(_element_names(content)), None)


def _element_names(content: bytes) -> list[str]:
    """Local names of the elements in document order; empty for anything but XML.

    A guess at the kind of the file, before a real parser reads it.
    """
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "latin-1"
    text = content.removeprefix(b"\xef\xbb\xbf").decode(encoding, errors="replace")
    before_root = _BEFORE_ROOT.match(text)
    text = text[before_root.end() :] if before_root else text
    if text.startswith("<!DOCTYPE"):
        text = text[text.find("<", 1) :]
    return [found["name"] for found in _ELEMENT.finditer(text)] if text.startswith("<") else []


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


def _unusual(permit_format: PermitFormat, content: bytes) -> Iterator[Remark]:
    """A remark on the first leaf that has one meaning but is not written as the contract says."""
    try:
        permit_format.read(content)
    except DocumentInvalid as problem:
        text = f"It has one meaning and is read, but a strict reader refuses it: {problem.text}"
        yield replace(_of_error(problem), severity=Severity.WARNING, text=text)


def _of_finding(finding: Finding) -> Remark:
    return Remark(finding.severity, finding.text(), finding.box, finding.position, finding=finding)


def _of_unwritable(severity: Severity, version: str, reason: DocumentInvalid) -> Remark:
    text = f"It cannot be written in schema version {version[1:]}: {reason.text}"
    return Remark(severity, text, reason.box, reason.position, reason.path)


def _of_leaf(leaf: UnreadableLeaf) -> Remark:
    kind = "Not set" if leaf.not_set else "Not readable"
    return Remark(
        Severity.WARNING if leaf.not_set else Severity.ERROR,
        f"{kind}: as written {leaf.as_written}. {leaf.reason}",
        leaf.box,
        leaf.position,
        leaf.path,
        leaf.line_of_text,
    )


def _of_error(error: GatewayError) -> Remark:
    def attribute(name: str) -> str | None:
        value: str | None = getattr(error, name, None)
        return value

    row = error.row if isinstance(error, RecordInvalid) else None
    line = error.line if isinstance(error, DocumentInvalid) else None
    expected = f" Expected: {attribute('expected')}." if attribute("expected") else ""
    return Remark(
        Severity.ERROR,
        error.text + expected,
        error.box,
        error.position,
        attribute("path"),
        line,
        row,
        attribute("field"),
    )
