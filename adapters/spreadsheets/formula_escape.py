"""Formula injection: cells of exports that a spreadsheet could take for a formula are escaped.

Every table that leaves the gateway for a spreadsheet passes its cells through `escape_formula`.
"""

import unicodedata

_FORMULA_SIGNS = "=+-@\N{MINUS SIGN}"
_CONTROLS_OF_SHEETS = "\t\r\n"
_SKIPPED_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"})


def escape_formula(cell: str) -> str:
    """Protect a cell against formula injection in spreadsheets.

    An apostrophe goes before a cell that a spreadsheet could take for a formula: that begins with
    a tab, carriage return or line feed, or whose first sign is `=`, `+`, `-`, `@` or a character
    that is one of them in another form (NFKC: `＝`, `﹢`). White space, control and invisible
    characters before the sign do not hide it.
    Source: OWASP, CSV Injection.
    """
    return "'" + cell if _is_formula(cell) else cell


def unescape_formula(cell: str) -> str:
    """Undo `escape_formula`."""
    return cell[1:] if cell.startswith("'") and _is_formula(cell) else cell


def _is_formula(cell: str) -> bool:
    """Whether a cell is dangerous, or would be without the apostrophes that it begins with."""
    text = cell.lstrip("'")
    return text[:1] in tuple(_CONTROLS_OF_SHEETS) or _first_sign(text) in tuple(_FORMULA_SIGNS)


def _first_sign(text: str) -> str | None:
    for character in text:
        for form in unicodedata.normalize("NFKC", character):
            if form != "'" and unicodedata.category(form) not in _SKIPPED_CATEGORIES:
                return form
    return None
