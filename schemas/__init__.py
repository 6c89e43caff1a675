"""Where do the published XSDs lie, in a checkout and in an installed wheel alike?"""

from importlib import resources
from pathlib import Path


def directory() -> Path:
    """The folder that holds v1/, v2/ and fault.xsd. Packages are never zipped, so it is a real folder."""
    return Path(str(resources.files(__name__)))
