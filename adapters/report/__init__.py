"""Files of the annual report: CSV, and an Excel workbook (home of XlsxWriter)."""
