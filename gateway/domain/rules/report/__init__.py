"""Rules for the annual report: its columns, its rows, and whether it may be submitted (R01 to R10).

Source: Convention, Article VIII.7; guidelines for annual reports; upload rules of UNEP-WCMC.
"""
