"""ufw, with a folder of its own instead of /etc and /lib."""

import os
import pathlib
import shutil
import sys

import ufw.frontend  # so that each fork has it

from __main__ import Refused, forked

STUBS = ["ufw"]
PATH = "/usr/sbin:/sbin:/usr/bin:/bin"
CODE = compile(pathlib.Path("/usr/sbin/ufw").read_text(), "/usr/sbin/ufw", "exec")
SHARE = pathlib.Path("/usr/share/ufw")


class Machine:
    environment = {}

    def __init__(self, root):
        self.root = root
        etc = root / "etc" / "ufw"
        (etc / "applications.d").mkdir(parents=True)
        for f in [*SHARE.glob("iptables/*.rules"), *SHARE.glob("*.init"), SHARE / "ufw.conf"]:
            shutil.copy(f, etc)
        (etc / "sysctl.conf").touch()
        (root / "etc" / "default").mkdir()
        shutil.copy("/etc/default/ufw", root / "etc" / "default")
        shutil.copytree("/lib/ufw", root / "lib" / "ufw")
        (root / "usr" / "share").mkdir(parents=True)
        (root / "usr" / "share" / "ufw").symlink_to(SHARE)

    def program(self, argv):
        os.environ["PATH"] = PATH
        sys.argv = ["/usr/sbin/ufw", f"--rootdir={self.root}", f"--datadir={self.root}", *argv[1:]]
        exec(CODE, {"__name__": "__main__"})

    def asks(self, argv, status):
        """Tells whether the command may fail: a script may take away what is not there."""
        return "delete" in argv or argv[1:2] == ["status"]

    def says(self, argv, status, out):
        return out

    def state(self):
        etc = self.root / "etc"
        return "\n".join((etc / f).read_text() for f in ("ufw/user.rules", "ufw/user6.rules", "ufw/ufw.conf", "default/ufw"))

    def check(self):
        """Loads the rules into the kernel."""
        status, out, err = forked(lambda: self.program(["ufw", "--force", "enable"]))
        if status or "ERROR" in err or "problem" in err.lower():
            raise Refused(f"ufw enable: {err.strip()}")
        forked(lambda: self.program(["ufw", "--force", "disable"]))
