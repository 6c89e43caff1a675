"""Customs declarations: their lines against a permit, and the quantities that they use."""
