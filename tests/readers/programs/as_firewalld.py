"""firewall-cmd without its daemon: firewall-offline-cmd on a folder of its own."""

import contextlib
import os
import pathlib
import sys

import firewall.core.fw
from firewall import config

from __main__ import Refused, forked

STUBS = ["firewall-cmd", "firewall-offline-cmd"]
PROGRAM = "/usr/bin/firewall-offline-cmd"
CODE = compile(pathlib.Path(PROGRAM).read_text(), PROGRAM, "exec")
KINDS = ["helpers", "icmptypes", "ipsets", "policies", "services", "zones"]

# What comes with firewalld is read once.
stock = firewall.core.fw.Firewall(offline=True)
stock._start_load_stock_config()


def preread(offline):
    stock._start_load_stock_config = lambda: None
    return stock


class Machine:
    environment = {}

    def __init__(self, root):
        self.root = root
        for kind in KINDS:
            (root / kind).mkdir(parents=True)
        # An empty one: the program's own defaults.
        (root / "firewalld.conf").write_text("DefaultZone=public\n")

    def program(self, argv):
        args = [a for a in argv[1:] if a not in ("-q", "--quiet")]
        asks = [a for a in args if a.startswith(("--get-", "--list-", "--info-", "--query-", "--path-"))]
        if args in (["--reload"], ["--complete-reload"]):
            args = ["--check-config"]
        elif args == ["--state"]:
            print("running")
            return 0
        elif args[:1] in (["--version"], ["-V"]):
            pass
        elif argv[0] == "firewall-cmd":
            if "--permanent" not in args and not asks and "--check-config" not in args:
                print("without --permanent the rule is gone at the next start", file=sys.stderr)
                return 2
            args = [a for a in args if a != "--permanent"]
        sys.argv = [PROGRAM, "--system-config", str(self.root), *args]
        if "--check-config" not in args:
            firewall.core.fw.Firewall = preread
        exec(CODE, {"__name__": "__main__"})

    def asks(self, argv, status):
        """Tells whether the command may fail: it asks, or takes away, or makes anew (26, NAME_CONFLICT)."""
        return status == 26 or any(a.startswith(("--query-", "--get-", "--info-", "--list-", "--delete-", "--remove-")) for a in argv)

    def says(self, argv, status, out):
        return "" if {"-q", "--quiet"} & set(argv) else out

    def state(self):
        return "\n".join(f"== {f.relative_to(self.root)}\n{f.read_text()}" for f in sorted(self.root.rglob("*.xml")))

    def check(self):
        status, out, err = forked(lambda: self.program(["firewall-cmd", "--check-config"]))
        if status:
            raise Refused(f"--check-config: {(err or out).strip()}")
