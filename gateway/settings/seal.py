"""Seal settings: the keys that seal permits, [seal], and sign codes on printed ones, [paper]."""

from typing import Annotated

from pydantic import AfterValidator, Field

from gateway.settings.section import ExistingFile, Section, matching


class SealSettings(Section):
    """[seal]. The table left out: permits are not sealed."""

    certificate_file: ExistingFile
    """Our sealing certificate with its chain, PEM."""

    key_file: ExistingFile
    """The key to it, PEM: EC P-256, P-384 or P-521, or RSA of 3072 to 8192 bits."""

    passphrase_file: ExistingFile | None = None
    """File whose first line is the passphrase of an encrypted key."""


class PaperSettings(Section):
    """[paper]. The table left out: printed permits have no QR code."""

    certificate_file: ExistingFile
    """Our paper certificate with its chain, PEM. It should last a year longer than permits do."""

    key_file: ExistingFile
    """The key to it, PEM: EC P-256."""

    passphrase_file: ExistingFile | None = None
    """File whose first line is the passphrase of an encrypted key."""

    check_address: (
        Annotated[
            str,
            AfterValidator(
                matching(
                    r"https?://[A-Za-z0-9.-]{1,60}(:[0-9]{1,5})?/[a-z0-9/-]{1,40}",
                    "must be https:// with a host and a path of small letters, such as"
                    " https://cites.example.mz/check",
                )
            ),
        ]
        | None
    ) = None
    """Page that the QR code leads to.

    Left out: /check at the address of [web]; where that is not enabled, below public_address of
    [gateway].
    """

    list_days: Annotated[int, Field(ge=1, le=366)] = 30
    """Days after which partners count our key list as out of date."""
