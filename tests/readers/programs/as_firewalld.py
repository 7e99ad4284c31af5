"""firewall-cmd without its daemon: firewall-offline-cmd on a folder of its own."""

import ast
import pathlib
import re
import sys
import xml.etree.ElementTree as ET

from firewall import config

from __main__ import Refused, forked, mounted

STUBS = ["firewall-cmd", "firewall-offline-cmd"]
PROGRAM = "/usr/bin/firewall-offline-cmd"
KINDS = ["helpers", "icmptypes", "ipsets", "policies", "services", "zones"]
STOCK = pathlib.Path(config.FIREWALLD_ZONES).parent

# The program up to where it looks at its arguments (it makes a parser of 216
# options first) runs once, the rest in every command.
parts = ast.parse(pathlib.Path(PROGRAM).read_text()).body
first = next(i for i, part in enumerate(parts) if isinstance(part, ast.If) and "argv" in ast.dump(part.test))
made = {"__name__": "__main__"}
exec(compile(ast.Module(parts[:first], []), PROGRAM, "exec"), made)
sys.excepthook = sys.__excepthook__  # which it sets to say less
REST = compile(ast.Module(parts[first:], []), PROGRAM, "exec")

Firewall = made["Firewall"]


def started():
    """A Firewall with all that comes with firewalld, besides unused services."""
    fw = Firewall(offline=True)
    fw._start_load_stock_config()
    fw._start_load_stock_config = lambda: None
    services = fw.config._builtin_services
    for zone in fw.config.get_zones():
        named.update(fw.config.get_zone(zone).services)
    for s in services.values():
        named.update(s.includes)
    for name in set(services) - named:
        del services[name]  # Each command checks all there are, for most of its time.
    return fw


named = set()
stock = None


def prepare(texts):
    global stock
    named.update(re.findall(r"[\w-]+", " ".join(texts)))
    stock = started()


class Machine:
    environment = {}

    def __init__(self, root):
        self.root = root
        for kind in KINDS:
            (root / kind).mkdir(parents=True)
        (root / "firewalld.conf").write_text("DefaultZone=public\n")
        mounted(root, "/etc/firewalld")
        self.load(stock)

    def load(self, fw):
        """Has commands begin with what the files say, once: as in the daemon, changes are made here and there."""
        self.fw = fw
        fw.start()
        fw.start = lambda: None

    def forks(self, argv):
        return any(a in ("--check-config", "--reload", "--complete-reload") for a in argv)

    def done(self, argv, status):
        if status:
            self.load(started())  # It may have changed half of something.

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
        for a in args:
            missed(a)
        sys.argv = [PROGRAM, *args]
        given = dict(made)
        if "--check-config" not in args:
            given["Firewall"] = lambda offline: self.fw
        exec(REST, given)

    def asks(self, argv, status):
        """Tells whether the command may fail: it asks, or takes away, or makes anew (26, NAME_CONFLICT)."""
        return status == 26 or any(a.startswith(("--query-", "--get-", "--info-", "--list-", "--delete-", "--remove-")) for a in argv)

    def says(self, argv, status, out):
        return "" if {"-q", "--quiet"} & set(argv) else out

    def state(self):
        """The files, but for copies of stock that a change made and another took back."""
        out = []
        for f in sorted(self.root.rglob("*.xml")):
            name = f.relative_to(self.root)
            if not ((STOCK / name).exists() and plain(f) == plain(STOCK / name)):
                out.append(f"== {name}\n{f.read_text()}")
        return "\n".join(out)

    def check(self):
        status, out, err = forked(lambda: self.program(["firewall-cmd", "--check-config"]))
        if status:
            raise Refused(f"--check-config: {(err or out).strip()}")


def missed(argument):
    """Refuses what firewalld writes down although it cannot load it."""
    for first, last in re.findall(r"port=[\"']?(\d+)-(\d+)", argument):
        if int(first) > int(last):
            sys.exit(f"ports {first}-{last} are the wrong way round")
    if (name := argument.removeprefix("--new-ipset=")) != argument and len(name) > 31:
        sys.exit(f"the kernel's sets have names of 31 bytes, not {len(name)}")


def plain(file):
    return ET.canonicalize(from_file=file, strip_text=True)
