"""Conformance reports: made with the key that seals permits, as files."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import gateway
from gateway.bootstrap.clock import now
from gateway.bootstrap.parts.own_keys import open_permit_sealer
from gateway.conformance.case import CaseResult
from gateway.conformance.report.html import html
from gateway.conformance.report.junit import junit_xml
from gateway.conformance.report.report import Report
from gateway.crypto.permit_seal.detached_cms import cms_signature
from gateway.crypto.permit_seal.sign import PermitSealer
from gateway.settings import Settings

SUMS, SIGNATURE = "SHA256SUMS", "SHA256SUMS.p7s"


@dataclass(frozen=True, slots=True)
class ReportSigner:
    """Signs reports with the key that seals permits. sealer: None where there is no key."""

    sealer: PermitSealer | None

    @property
    def subject(self) -> str | None:
        """Subject of the certificate (RFC 4514); None without a key."""
        return self.sealer.signer if self.sealer else None

    def report(
        self,
        subject: str,
        addresses: Sequence[str],
        country: str,
        began: datetime,
        results: Sequence[CaseResult],
    ) -> Report:
        """The report of results, ended now."""
        return Report(
            subject=subject,
            addresses=tuple(addresses),
            country=country,
            kit=gateway.__version__,
            began=began,
            ended=now(),
            results=tuple(results),
            signer=self.subject,
        )

    def files(self, report: Report) -> dict[str, bytes]:
        """Files of a report by name: its three forms, their digests, the signature over these."""
        files = {
            "report.html": html(report),
            "report.json": report.to_json(),
            "junit.xml": junit_xml(report),
        }
        sums = "".join(
            f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items()
        ).encode()
        files[SUMS] = sums
        if self.sealer:
            files[SIGNATURE] = cms_signature(self.sealer, sums)
        return files


def report_signer(settings: Settings | None) -> ReportSigner:
    """The signer of a working directory; without one it signs nothing. Raises KeyUnusable."""
    return ReportSigner(open_permit_sealer(settings.seal, now) if settings else None)
