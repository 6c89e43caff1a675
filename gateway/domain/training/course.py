"""Training course: its modules, and the tour of modules for each role."""

from collections.abc import Mapping

from gateway.domain.people.roles import Role
from gateway.domain.training.module import Module
from gateway.domain.training.modules.applicant import APPLICANT
from gateway.domain.training.modules.border import BORDER
from gateway.domain.training.modules.common import COMMON
from gateway.domain.training.modules.issuing import ISSUING
from gateway.domain.training.modules.receiving import RECEIVING

MODULES: Mapping[str, Module] = {
    module.key: module for module in (COMMON, APPLICANT, RECEIVING, ISSUING, BORDER)
}
"""Key -> module, in the order of the course."""

TOURS: Mapping[Role, tuple[Module, ...]] = {
    Role.CUSTOMS: (COMMON, APPLICANT, BORDER),
    Role.AUTHORITY: (COMMON, APPLICANT, RECEIVING, ISSUING),
    Role.OPERATOR: (COMMON, RECEIVING, BORDER),
    Role.AUDITOR: (COMMON, ISSUING, BORDER),
    Role.ADMINISTRATOR: (COMMON,),
}
