"""Side navigation: the pages of the portal in groups."""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.web.portal.description import Service
from gateway.web.portal.operations import OPERATIONS
from schemas import VERSIONS


@dataclass(frozen=True, slots=True)
class Link:
    """A page in the navigation. path: its address."""

    title: str
    path: str


@dataclass(frozen=True, slots=True)
class Group:
    """Links under a heading."""

    title: str
    links: tuple[Link, ...]


def navigation(service: Service) -> tuple[Group, ...]:
    """All groups, in the order of the page."""
    return tuple(_groups(service))


def _groups(service: Service) -> Iterator[Group]:
    start = [Link("Overview", "/epix")]
    if service.sandbox:
        start.append(Link("Sandbox permits", "/epix/sandbox"))
    start += [Link("Faults", "/epix/faults"), Link("Downloads", "/epix/downloads"),
              Link("Versions and support", "/epix/support")]  # fmt: skip
    yield Group("Service", tuple(start))
    for version in reversed(tuple(VERSIONS.values())):
        base = f"/epix/{version.name}"
        operations = (Link(operation.name, f"{base}/{operation.name}") for operation in OPERATIONS)
        links = (
            Link("Contract", base),
            *operations,
            Link("Permit document", f"{base}/document"),
        )
        yield Group(f"Contract {version.name}", links)
