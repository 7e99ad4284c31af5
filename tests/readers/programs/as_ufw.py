"""ufw, with folders of its own in the place of /etc/ufw and /etc/default."""

import functools
import pathlib
import shutil
import sys

import ufw.frontend  # so that each fork has it
import ufw.util

from __main__ import Refused, forked, mounted

# What the kernel and iptables can do is asked once, not in every command.
for ask in ("get_iptables_version", "get_netfilter_capabilities"):
    setattr(ufw.util, ask, functools.cache(getattr(ufw.util, ask)))
for tables in ("/usr/sbin/iptables", "/usr/sbin/ip6tables"):
    ufw.util.get_iptables_version(tables)
    ufw.util.get_netfilter_capabilities(tables)

STUBS = ["ufw"]
CODE = compile(pathlib.Path("/usr/sbin/ufw").read_text(), "/usr/sbin/ufw", "exec")
SHARE = pathlib.Path("/usr/share/ufw")


def prepare(texts):
    pass


class Machine:
    environment = {}

    def __init__(self, root):
        self.etc, default = root / "ufw", root / "default"
        (self.etc / "applications.d").mkdir(parents=True)
        for f in [*SHARE.glob("iptables/*.rules"), *SHARE.glob("*.init"), SHARE / "ufw.conf"]:
            shutil.copy(f, self.etc)
        (self.etc / "sysctl.conf").touch()
        default.mkdir()
        shutil.copy("/etc/default/ufw", default)
        mounted(self.etc, "/etc/ufw")
        mounted(default, "/etc/default")

    def program(self, argv):
        sys.argv = ["/usr/sbin/ufw", *argv[1:]]
        exec(CODE, {"__name__": "__main__"})

    def forks(self, argv):
        return False  # All that it knows, it reads anew.

    def done(self, argv, status):
        pass

    def asks(self, argv, status):
        """Tells whether the command may fail: a script may take away what is not there."""
        return "delete" in argv or argv[1:2] == ["status"]

    def says(self, argv, status, out):
        return out

    def state(self):
        """What ufw keeps of each rule, and the settings: the rest it derives."""
        files = ["/etc/ufw/user.rules", "/etc/ufw/user6.rules", "/etc/ufw/ufw.conf", "/etc/default/ufw"]
        lines = [f"{f}: {line}" for f in files for line in pathlib.Path(f).read_text().splitlines()]
        return "\n".join(x for x in lines if "### tuple ###" in x or "=" in x and "#" not in x and "-A" not in x)

    def check(self):
        """Loads the rules into the kernel, of a network namespace that ends with the script."""
        conf = self.etc / "ufw.conf"
        before = conf.read_text()
        status, _, err = forked(lambda: self.program(["ufw", "--force", "enable"]))
        if status or "ERROR" in err or "problem" in err.lower():
            raise Refused(f"ufw enable: {err.strip()}")
        conf.write_text(before)
