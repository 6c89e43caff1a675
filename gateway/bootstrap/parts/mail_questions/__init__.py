"""Questions by mail, composed."""
