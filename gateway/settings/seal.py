"""Seal settings, [seal]: certificate and key that seal the permits we issue."""

from gateway.settings.section import ExistingFile, Section


class SealSettings(Section):
    """[seal]. The table left out: permits are not sealed."""

    certificate_file: ExistingFile
    """Our sealing certificate with its chain, PEM."""

    key_file: ExistingFile
    """The key to it, PEM: EC P-256, P-384 or P-521, or RSA of 3072 to 8192 bits."""

    passphrase_file: ExistingFile | None = None
    """File whose first line is the passphrase of an encrypted key."""
