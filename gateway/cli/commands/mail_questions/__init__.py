"""Commands of questions by mail."""
