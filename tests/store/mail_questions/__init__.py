"""Questions by mail in both databases."""
