"""Customs declarations as JSON, in the shapes of the forms that customs systems have."""
