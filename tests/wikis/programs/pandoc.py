"""Reads texts, each a JSON string on a line, writes what pandoc makes of each
likewise. Its argument: the format that they are in.
"""

import json
import subprocess
import sys

COMMAND = ["pandoc", "-f", sys.argv[1], "-t", "html", "--wrap=none"]

for line in sys.stdin:
    html = subprocess.run(COMMAND, input=json.loads(line), check=True, capture_output=True, text=True).stdout
    print(json.dumps(html), flush=True)
