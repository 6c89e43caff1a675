"""Published WSDLs: a file for each flavour, in a checkout or an installed wheel."""

from pathlib import Path


def directory() -> Path:
    """The folder that holds epix-v1.wsdl, epix-v2.wsdl and epix-hub.wsdl.

    Packages are never zipped, so it is a real folder.
    """
    return Path(__file__).parent


def file(flavour: str) -> Path:
    """The WSDL of an endpoint. flavour: `v1`, `v2` or `hub`, as in its address."""
    return directory() / f"epix-{flavour}.wsdl"
