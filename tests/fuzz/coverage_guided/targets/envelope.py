"""SOAP requests: encoding, XML, envelope, schema, dispatch and faults of both endpoints.

The first byte chooses version and media type. Each message is sent twice: the second time its
structure may be known, and what is answered must be the same.
"""

from pathlib import Path

from gateway.http import HttpRequest
from tests.fuzz.campaign import Broken
from tests.fuzz.coverage_guided.target import Target, chosen
from tests.fuzz.endpoint import in_memory, look_at

_CHOICES = [
    (version, media)
    for version in ("v1", "v2")
    for media in (
        "text/xml; charset=utf-8", "application/soap+xml; charset=utf-8", "text/xml",
        "text/xml; charset=utf-16", "text/xml; charset=iso-8859-1",
        'multipart/related; type="application/xop+xml"; boundary="epix"; start="<root@epix>"',
    )
]  # fmt: skip


def make(_folder: Path) -> Target:
    """The endpoints before use cases in memory."""
    endpoints = in_memory()

    def attempt(data: bytes) -> str:
        (version, media), body = chosen(data, _CHOICES)
        outcomes = []
        for _ in range(2):
            request = HttpRequest("POST", f"/epix/{version}", "", {"content-type": media}, body)
            outcomes.append(look_at(request, endpoints.site(request), endpoints.permit))
        endpoints.forget()
        if outcomes[0] != outcomes[1]:
            raise Broken(f"first {outcomes[0]}, then {outcomes[1]}", data)
        return outcomes[0]

    seeds = []
    for seed in endpoints.seeds:
        name = seed.content_type.partition(";")[0]
        place = next(
            place
            for place, (version, known) in enumerate(_CHOICES)
            if version == seed.version and known.startswith(name)
        )
        seeds.append(bytes([place]) + seed.body)
    return Target(
        attempt,
        seeds,
        (
            "gateway/soap/reading/encoding.py", "gateway/soap/reading/envelope.py",
            "gateway/soap/reading/known_structures.py", "gateway/soap/reading/request_schema.py",
            "gateway/soap/reading/soap_action.py", "gateway/soap/reading/xml.py",
            "gateway/soap/endpoint.py", "gateway/soap/faults.py",
            "gateway/soap/spyne/dispatch.py", "gateway/soap/spyne/request_objects.py",
        ),
    )  # fmt: skip
