"""Reads tables, each a JSON string on a line, writes what Python's csv module
reads of each likewise, as HTML. Its argument: excel, or tab for separated values
without quotes.
"""

import csv
import html
import io
import json
import sys

FORMAT = {"excel": {}, "tab": {"delimiter": "\t", "quoting": csv.QUOTE_NONE, "strict": True}}[sys.argv[1]]

csv.field_size_limit(1 << 30)
for line in sys.stdin:
    rows = csv.reader(io.StringIO(json.loads(line), newline=""), **FORMAT)
    cells = ["".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in rows]
    print(json.dumps("<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"), flush=True)
