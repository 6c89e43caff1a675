"""Annual report part of a gateway."""
