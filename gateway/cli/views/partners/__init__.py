"""Views of partners: the register, certificates to compare, changes, and the check of the way."""
