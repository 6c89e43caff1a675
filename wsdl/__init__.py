"""WSDLs: a file for each address of ours, and for services of others that dialects describe."""

from pathlib import Path


def directory() -> Path:
    """The folder that holds the WSDLs, in a checkout and in an installed wheel alike.

    Packages are never zipped, so it is a real folder.
    """
    return Path(__file__).parent


def file(flavour: str) -> Path:
    """The WSDL of an address of ours. flavour: `v1`, `v2` or `hub`, as the address ends."""
    return directory() / f"epix-{flavour}.wsdl"
