"""Shipped folder: docs/ and conf/ of this gateway, in a checkout or an installed wheel."""

import sysconfig
from pathlib import Path


def shipped_folder() -> Path:
    """The folder that holds docs/ and conf/.

    In a checkout it is the checkout itself: an editable installation has copies below the
    environment as well, and these are of the day on which it was made.
    """
    sources = Path(__file__).resolve().parents[1]
    if (sources / "pyproject.toml").is_file():
        return sources
    return Path(sysconfig.get_path("data")) / "share/epix-gateway"
