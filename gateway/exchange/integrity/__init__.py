"""Integrity of permits: signed records of every change, comparison, suspension, adoption."""
