"""Where do the published WSDLs lie, in a checkout and in an installed wheel alike?"""

from importlib import resources
from pathlib import Path


def directory() -> Path:
    """The folder that holds epix-v1.wsdl and epix-v2.wsdl. Packages are never zipped, so it is a real folder."""
    return Path(str(resources.files(__name__)))
