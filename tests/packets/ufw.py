"""ufw for a script of many commands: Python starts once, asks once what the
machine can do, and runs ufw's own program for each command. What that knows of
rules and settings, it reads anew each time.

A line of the fifo ask is a command: the process that calls and the arguments,
each with a NUL behind it. The command writes to what that process has open as 3
and 2, and its exit status goes to the fifo answer. The server ends with the last
writer of ask.
"""

import functools
import os
import pathlib
import sys
import traceback

import ufw.util

for name in ("get_iptables_version", "get_netfilter_capabilities"):
    setattr(ufw.util, name, functools.cache(getattr(ufw.util, name)))

PROGRAM = "/usr/sbin/ufw"
code = compile(pathlib.Path(PROGRAM).read_text(), PROGRAM, "exec")


def run(arguments):
    """Runs ufw, and returns its exit status."""
    sys.argv = [PROGRAM, *arguments]
    try:
        exec(code, {"__name__": "__main__"})
    except SystemExit as e:
        return e.code or 0
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


own = [os.dup(1), os.dup(2)]
answer = open("answer", "w")
for line in open("ask"):
    caller, *arguments, _ = line.split("\0")
    for theirs, ours in ((3, 1), (2, 2)):
        fd = os.open(f"/proc/{caller}/fd/{theirs}", os.O_WRONLY)
        os.dup2(fd, ours)
        os.close(fd)
    status = run(arguments)
    os.dup2(own[0], 1)  # the caller's pipe ends with the command
    os.dup2(own[1], 2)
    print(status, file=answer, flush=True)
