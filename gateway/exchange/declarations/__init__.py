"""Customs declarations: checked against permits; quantities reserved, written off, confirmed."""
