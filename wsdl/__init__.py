"""WSDLs: a file for each contract version, and for services of others that dialects describe."""

from pathlib import Path


def directory() -> Path:
    """The folder that holds the WSDLs, in a checkout and in an installed wheel alike.

    Packages are never zipped, so it is a real folder.
    """
    return Path(__file__).parent


def file(version: str) -> Path:
    """The WSDL of a contract version. version: its name, `v1` or `v2`."""
    return directory() / f"epix-{version}.wsdl"
