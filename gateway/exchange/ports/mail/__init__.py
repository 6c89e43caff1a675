"""Port of mails that leave this gateway."""
