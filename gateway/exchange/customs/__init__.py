"""Customs desk: foreign permits looked up, compared with their paper, and confirmed."""
