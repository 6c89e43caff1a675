"""Introduction of partners: the file that authorities send each other, and conf/partners.toml."""
