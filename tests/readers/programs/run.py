"""Runs shell scripts in which the programs of a firewall are real, but read
from this process: starting Python anew for each of a thousand commands would
take minutes.

Standard input is a JSON object: program (ufw, firewalld or aws), work (an empty
folder) and texts (scripts). Standard output is a JSON list with a string for
each text: empty, or why it was refused. It must run as root, and in a network
namespace; each script then has one of its own.

A script is run by the shell it names, with a PATH that holds a few ordinary
commands and stubs. A stub hands its arguments to this process, which is
the program, or forks and the child is. The script runs twice, and the second run must leave
what the first did; one that knows "remove" must then take all away.
"""

import ctypes
import difflib
import gc
import importlib
import json
import os
import pathlib
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback

SECONDS = 120  # that one script may take
ORDINARY = """awk basename cat chmod cp cut date dirname env expr false grep head id logger mkdir mktemp mv printf rm sed
seq sleep sort tail tee touch tr true uname uniq wc xargs""".split()
STUB = """#!/bin/bash
exec 3<>"/dev/tcp/127.0.0.1/$STUB_PORT" || exit 125
printf '%s\\0' "$#" "$$" "$PWD" "${0##*/}" "$@" >&3
IFS= read -r -d '' -u 3 status
IFS= read -r -d '' -u 3 out
IFS= read -r -d '' -u 3 err
printf '%s' "$out"
printf '%s' "$err" >&2
exit "$status"
"""
UNKNOWN = re.compile(r"^.*(?:command not found|: not found)$", re.M)


class Refused(Exception):
    pass


def unshared():
    """Gives this process a network and mounts of its own, and an empty /run."""
    newns, newnet = 0x00020000, 0x40000000
    if ctypes.CDLL(None, use_errno=True).unshare(newns | newnet):
        raise OSError(ctypes.get_errno(), "unshare")
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/run"], check=True)


def mounted(folder, at):
    """Puts a folder in the place of one of the machine's."""
    subprocess.run(["mount", "--bind", folder, at], check=True)


def commands(folder, stubs):
    """Makes the folder that is the script's PATH."""
    folder.mkdir()
    for name in [*ORDINARY, "sh", "bash"]:
        if found := shutil.which(name, path="/usr/bin:/bin:/usr/sbin:/sbin"):
            (folder / name).symlink_to(found)
    for name in stubs:
        (folder / name).write_text(STUB)
        (folder / name).chmod(0o755)


def called(child, stdin, out, err):
    """Calls child as a program: with these streams, and an exit status."""
    sys.stdout.flush()
    sys.stderr.flush()
    source = os.open(stdin, os.O_RDONLY)
    kept = [os.dup(n) for n in range(3)]
    try:
        for n, file in enumerate((source, out.fileno(), err.fileno())):
            os.dup2(file, n)
        try:
            return child() or 0
        except SystemExit as e:
            if e.code is None or isinstance(e.code, int):
                return e.code or 0
            print(e.code, file=sys.stderr)
        except BaseException:
            traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for n, file in enumerate(kept):
            os.dup2(file, n)
            os.close(file)
        os.close(source)


def inline(child, stdin="/dev/null", fork=False):
    """Calls child in this process, or a fork; returns its exit status and what it wrote."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        if not fork:
            status = called(child, stdin, out, err)
        elif pid := os.fork():
            status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        else:
            status = 70
            signal.alarm(SECONDS)
            gc.disable()
            try:
                status = called(child, stdin, out, err)
            finally:
                os._exit(status & 255)
        out.seek(0)
        err.seek(0)
        return status, out.read().decode(errors="replace"), err.read().decode(errors="replace")


def forked(child, stdin="/dev/null"):
    return inline(child, stdin, fork=True)


def answer(connection, machine, complaints):
    """Serves one stub."""
    data = b""
    while data.count(b"\0") < 1 or data.count(b"\0") < int(data.split(b"\0")[0]) + 4:
        more = connection.recv(1 << 16)
        if not more:
            return
        data += more
    _, pid, folder, *argv = [x.decode(errors="surrogateescape") for x in data.split(b"\0")[:-1]]

    def child():
        os.chdir(folder)
        return machine.program(argv)

    status, out, err = (forked if machine.forks(argv) else inline)(child, f"/proc/{pid}/fd/0")
    machine.done(argv, status)
    if status and not machine.asks(argv, status):
        complaints.append(f"{' '.join(argv)}: {(err or out).strip()}")
    out = machine.says(argv, status, out)
    connection.sendall(b"\0".join(s.encode(errors="surrogateescape") for s in (str(status), out, err)) + b"\0")


def run(script, arguments, machine, path):
    """Runs a script to its end, serving its stubs."""
    shell = "bash" if script.open().readline().rstrip().endswith("bash") else "sh"
    complaints = []
    with socket.create_server(("127.0.0.1", 0)) as server, tempfile.TemporaryFile() as output:
        env = {"PATH": str(path), "HOME": str(script.parent), "TMPDIR": str(script.parent), "LC_ALL": "C",
               "STUB_PORT": str(server.getsockname()[1]), **machine.environment}
        process = subprocess.Popen([path / shell, script.name, *arguments], cwd=script.parent, env=env, stdin=subprocess.DEVNULL,
                                   stdout=output, stderr=output, start_new_session=True)
        ended = os.pidfd_open(process.pid)
        until = time.monotonic() + SECONDS
        try:
            while True:
                ready, _, _ = select.select([server, ended], [], [], max(0, until - time.monotonic()))
                if server in ready:
                    connection, _ = server.accept()
                    with connection:
                        answer(connection, machine, complaints)
                elif ended in ready:
                    break
                else:
                    raise Refused(f"still runs after {SECONDS} s")
        finally:
            os.close(ended)
            try:
                os.killpg(process.pid, signal.SIGKILL)  # what waits in the background, too
            except ProcessLookupError:
                pass
            process.wait()
        output.seek(0)
        said = output.read().decode(errors="replace").strip()
    what = " ".join(["run", *arguments])
    if complaints:
        # Whatever the script made of it: it may lack "set -e".
        raise Refused(f"{what}: {complaints[0]}")
    if process.returncode:
        raise Refused(f"{what}: exit status {process.returncode}: {said}")
    if unknown := UNKNOWN.search(said):
        raise Refused(f"{what}: {unknown[0]}")


def difference(a, b):
    return "\n".join(list(difflib.unified_diff(a.splitlines(), b.splitlines(), n=0, lineterm=""))[2:])


def knows(script, argument):
    """Tells whether a script has an argument of that name: a case of its own."""
    return re.search(rf"^\s*([^\s()|]+ *\| *)*{argument}(:[^\s()|]*)?( *\| *[^\s()|]+)*\)", script, re.M)


def read(program, text, folder):
    folder.mkdir()
    machine = program.Machine(folder / "root")
    home = folder / "home"
    home.mkdir()
    script = home / "rules.sh"
    script.write_text(text)
    path = folder / "path"
    commands(path, program.STUBS)
    before = machine.state()
    if knows(text, "check"):
        run(script, ["check"], machine, path)
        if (after := machine.state()) != before:
            raise Refused(f"check changes the rules:\n{difference(before, after)}")
    run(script, [], machine, path)
    once = machine.state()
    run(script, [], machine, path)
    twice = machine.state()
    if once != twice:
        raise Refused(f"the second run changes what the first did:\n{difference(once, twice)}")
    machine.check()
    if knows(text, "remove"):
        run(script, ["remove"], machine, path)
        if (after := machine.state()) != before:
            raise Refused(f"remove does not bring back what there was:\n{difference(before, after)}")


def main():
    order = json.load(sys.stdin)
    work = pathlib.Path(order["work"])
    sys.path.insert(0, str(pathlib.Path(__file__).parent))
    program = importlib.import_module("as_" + order["program"])
    os.environ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin"

    def refusal(text, folder):
        unshared()
        try:
            read(program, text, folder)
        except Refused as e:
            return str(e)
        return ""

    texts = order["texts"]
    program.prepare(texts)
    gc.collect()
    gc.freeze()  # Forks share what was read.
    # As many at a time as there are processors.
    answers = {}
    waiting = list(enumerate(texts))
    running = {}
    while waiting or running:
        while waiting and len(running) < (os.cpu_count() or 1):
            number, text = waiting.pop(0)
            pid = os.fork()
            if pid == 0:
                try:
                    (work / f"{number}.answer").write_text(refusal(text, work / str(number)))
                except BaseException:
                    (work / f"{number}.answer").write_text("the harness failed: " + traceback.format_exc())
                finally:
                    os._exit(0)
            running[pid] = number
        pid, _ = os.wait()
        if pid in running:
            number = running.pop(pid)
            answers[number] = (work / f"{number}.answer").read_text()
    json.dump([answers[i] for i in range(len(texts))], sys.stdout)


if __name__ == "__main__":
    main()
