"""Views of people who sign in."""
