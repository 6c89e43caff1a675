"""Spreadsheets: rules for cells that hold for every table that is written or read."""
