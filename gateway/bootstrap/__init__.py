"""Composition root: the only package that names classes of two rooms.

It makes the parts of a gateway from the settings; the command line uses these parts and imports no
room. Nothing is built at import. A public name is imported from its module when it is first used
(PEP 562), so that a command loads the libraries of its own part alone: all of them take more than
a second and 100 MB.
"""

# The names below are public: the type checker and the linter cannot see that from __getattr__.
# mypy: implicit-reexport
# ruff: noqa: F401

import ast
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from adapters.jsonld.document import json_ld, json_ld_losses
    from adapters.national.fields import fields_of_box
    from adapters.national.template import template
    from gateway.backup import Restored
    from gateway.bootstrap.background_jobs import (
        DELIVERY_JOB,
        PRUNING_JOB,
        Job,
    )
    from gateway.bootstrap.backup import (
        files_outside,
        make_backup,
        restore_backup,
        settings_with,
    )
    from gateway.bootstrap.checks.access_checks import (
        database_warnings,
        mode_warnings,
        role_warnings,
    )
    from gateway.bootstrap.checks.config_probe import (
        certificate_warnings,
        probe,
    )
    from gateway.bootstrap.checks.named_files import file_problems
    from gateway.bootstrap.checks.sign_on_check import sign_on_findings
    from gateway.bootstrap.clock import (
        new_id,
        now,
    )
    from gateway.bootstrap.conformance.plan import (
        ServiceOptions,
        TlsFiles,
        VersionUnknown,
        conformance_plan,
        sandbox_client_list,
        tls_files,
    )
    from gateway.bootstrap.conformance.report import ReportSigner, report_signer
    from gateway.bootstrap.diagnostics import support_files
    from gateway.bootstrap.file_checks import (
        check_file,
        read_answer,
        seal_verifier,
    )
    from gateway.bootstrap.gateway import (
        Gateway,
        build,
    )
    from gateway.bootstrap.jobs import jobs_of
    from gateway.bootstrap.opened_parts import (
        open_api,
        open_availability,
        open_credential,
        open_customs,
        open_declarations,
        open_heads,
        open_integrity,
        open_introduction,
        open_journal,
        open_listings,
        open_mail_questions,
        open_maintenance,
        open_national,
        open_outbox,
        open_paper,
        open_partners,
        open_people,
        open_permits,
        open_report,
        open_resealing,
        open_sharing,
        open_trace,
    )
    from gateway.bootstrap.own_key_files import (
        client_fingerprint,
        install_development_keys,
        key_lifecycle,
        key_overview,
    )
    from gateway.bootstrap.parts.availability.part import AvailabilityPart
    from gateway.bootstrap.parts.database import (
        Database,
        migrate,
        migrate_back,
    )
    from gateway.bootstrap.parts.declarations.part import DeclarationsPart
    from gateway.bootstrap.parts.heads import HeadsPart
    from gateway.bootstrap.parts.integrity import IntegrityPart
    from gateway.bootstrap.parts.introduction import IntroductionPart
    from gateway.bootstrap.parts.journal import JournalPart
    from gateway.bootstrap.parts.listings import ListingsPart
    from gateway.bootstrap.parts.national.examples import EXAMPLES, install_example
    from gateway.bootstrap.parts.national.part import (
        NationalPart,
        description_problems,
        propose_description,
    )
    from gateway.bootstrap.parts.national.synchronising import describe_source
    from gateway.bootstrap.parts.outbox import OutboxPart
    from gateway.bootstrap.parts.own_keys import (
        OwnKeys,
        seal_certificates,
        seals_as,
    )
    from gateway.bootstrap.parts.paper.part import PaperPart, verifier_by_files
    from gateway.bootstrap.parts.partners import PartnersPart
    from gateway.bootstrap.parts.permits import (
        PermitsPart,
        permit_formats,
    )
    from gateway.bootstrap.parts.report.part import ReportPart
    from gateway.bootstrap.parts.report.sharing import SharingPart
    from gateway.bootstrap.parts.resealing import ResealingPart
    from gateway.bootstrap.parts.service import ServicePart
    from gateway.bootstrap.parts.trace.part import TracePart
    from gateway.bootstrap.processes.children import SERVICE_MODULES, call_in_child, import_all
    from gateway.bootstrap.recordings.recorder import (
        har_exchanges,
        recordable,
        write_har,
        write_recordings,
    )
    from gateway.bootstrap.recordings.replayer import (
        ReplayIdentity,
        ReplayPartner,
        answering,
        recordings_in,
        replay_to_client,
        replay_to_server,
        simulated_partner,
    )
    from gateway.bootstrap.sandbox.beginning import prepare_sandbox, reset_sandbox
    from gateway.bootstrap.sandbox.downloads import install_downloads, sandbox_ca_fingerprint
    from gateway.bootstrap.serving import (
        DIRECTORY_VARIABLE,
        operations,
        serve,
        serving_options,
    )
    from gateway.bootstrap.simulator.options import DEFAULT_LOGIN, SimulatorOptions
    from gateway.bootstrap.simulator.own_keys import StandInKeys
    from gateway.bootstrap.simulator.simulator import SamplePermit, Simulator
    from gateway.bootstrap.web.api import ApiPart
    from gateway.bootstrap.web.people import PeoplePart
    from gateway.bootstrap.web.sandbox_people import SANDBOX_PASSWORD, add_sandbox_people
    from gateway.bootstrap.web.serving import serve_web
    from gateway.conformance.case import Case, CaseResult
    from gateway.conformance.case_files import all_cases
    from gateway.conformance.client.client_list import ClientItem, ClientList, client_items
    from gateway.conformance.report.report import Report
    from gateway.conformance.run import Plan
    from gateway.conformance.sandbox_permits import sandbox_permits
    from gateway.crypto.keys.development import MARKER, DevelopmentCa
    from gateway.crypto.keys.expiry import URGENT_DAYS, WARNING_DAYS
    from gateway.crypto.keys.files import read_passphrase
    from gateway.crypto.keys.folder import StoredKey
    from gateway.crypto.keys.lifecycle import KeyLifecycle
    from gateway.crypto.keys.overview import CertificateView, KeyView
    from gateway.paper.form_pdf import form_pdf
    from gateway.paper.pictures import codes_in, is_picture
    from gateway.paper.qr import QrCode, qr_code, qr_lines
    from gateway.recordings.recording import Recording
    from gateway.recordings.replaying.comparison import Difference
    from gateway.recordings.replaying.requests import ReplayResult
    from gateway.serving import CannotServe, running
    from gateway.simulator.misbehaviour import Misbehaviour, Pace
    from gateway.simulator.server import CannotListen


@cache
def _modules() -> dict[str, str]:
    """Public name -> its module, read from the imports above, so that names stand there alone."""
    program = ast.parse(Path(__file__).read_text(encoding="utf-8"))
    block = next(node for node in program.body if isinstance(node, ast.If))
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    return {alias.name: str(node.module) for node in imports for alias in node.names}


if not TYPE_CHECKING:  # the type checker reads the imports above and finds wrong names

    def __getattr__(name: str) -> Any:
        if name not in _modules():
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(_modules()[name]), name)
        globals()[name] = value
        return value
