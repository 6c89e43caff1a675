"""Published WSDLs: a file for each contract version, in a checkout or an installed wheel."""

from pathlib import Path


def directory() -> Path:
    """The folder that holds epix-v1.wsdl and epix-v2.wsdl.

    Packages are never zipped, so it is a real folder.
    """
    return Path(__file__).parent


def file(version: str) -> Path:
    """The WSDL of a contract version. version: its name, `v1` or `v2`."""
    return directory() / f"epix-{version}.wsdl"
