"""Work that the commands of national sources share."""
