"""Views of national sources: problems by severity and rule, values box by box."""
