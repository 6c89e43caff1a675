"""Commands on permits of our authorities."""
