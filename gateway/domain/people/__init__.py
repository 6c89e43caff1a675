"""People: officers and staff who sign in, with their roles at an authority."""
