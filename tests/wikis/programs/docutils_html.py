"""Reads texts, each a JSON string on a line, writes what Docutils makes of each
likewise. A text that Docutils warns of has no table.
"""

import json
import sys

from docutils.core import publish_parts
from docutils.utils import SystemMessage

SETTINGS = {"raw_enabled": False, "file_insertion_enabled": False, "report_level": 2, "halt_level": 2, "warning_stream": False, "doctitle_xform": False}

for line in sys.stdin:
    try:
        html = publish_parts(json.loads(line), writer_name="html5", settings_overrides=SETTINGS)["html_body"]
    except SystemMessage as warning:
        html = f"<p>refused: {warning}</p>"
    print(json.dumps(html), flush=True)
