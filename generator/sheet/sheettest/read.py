"""Reads workbooks and says what is in them, as JSON."""
import json
import re
import sys

try:
    import openpyxl
except ImportError:
    sys.exit(3)


def text(value):
    """The standard's escapes (ST_Xstring), which openpyxl leaves in inline strings."""
    if value is None:
        return ""
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), value)


def link(cell):
    h = cell.hyperlink
    if h is None:
        return ""
    return h.target or "#" + (h.location or "")


def sheet(ws):
    rows = list(ws.iter_rows())
    cells = [c for row in rows for c in row if c.value is not None]
    page = ws.page_setup
    return {
        "name": ws.title,
        "cells": [[text(c.value) for c in row] for row in rows],
        "types": sorted({c.data_type for c in cells}),
        "formats": sorted({c.number_format for c in cells}),
        "wrapped": all(c.alignment.wrap_text for c in cells),
        "links": {c.coordinate: link(c) for c in cells if link(c)},
        "strong": [c.coordinate for c in cells if c.font.b],
        "frozen": ws.freeze_panes or "",
        "filter": ws.auto_filter.ref or "",
        "repeated": ws.print_title_rows or "",
        "orientation": page.orientation or "",
        "fit": [bool(ws.sheet_properties.pageSetUpPr and ws.sheet_properties.pageSetUpPr.fitToPage), page.fitToWidth, page.fitToHeight],
        "footer": [ws.oddFooter.left.text or "", ws.oddFooter.right.text or ""],
        "widths": [ws.column_dimensions[openpyxl.utils.get_column_letter(i + 1)].width for i in range(ws.max_column)],
    }


books = []
for name in sys.argv[1:]:
    wb = openpyxl.load_workbook(name)
    p = wb.properties
    books.append({"title": p.title or "", "created": p.created.isoformat() if p.created else "",
                  "active": wb.active.title, "sheets": [sheet(ws) for ws in wb.worksheets]})
json.dump(books, sys.stdout)
