"""Checks what the set-up leaves of Python: an environment with packages, and XLA's plugin."""

import os
import re
import shutil

from kernel import LOCAL, ROOT
from results import Wrong, run, same, shown

ENVIRONMENT = LOCAL / "venv"
PLUGIN = "lammps_jax_pjrt_cpu"


def check_python(settings):
    """Checks the environment. What lies beside the packages it corrects itself."""
    # The image has a plugin of its own in place of the package's.
    own = any(not path.is_symlink() for path in LOCAL.glob("lib/*.so"))
    command = [ENVIRONMENT / "bin/python", ROOT / "internal/setup/packages.py",
               ROOT / "requirements.txt", *([PLUGIN] if own else [])]
    try:
        checked = run(*command)
    except OSError as error:
        raise Wrong(f"{shown(command[0])} does not run: {error.strerror}") from None
    if checked.returncode != 0:
        raise Wrong(f"{shown(command[0])} fails: {checked.stderr.strip().rpartition(chr(10))[2]}")
    if checked.stdout:
        raise Wrong(checked.stdout.strip())
    for plugin in ENVIRONMENT.glob(f"lib/python3*/site-packages/{PLUGIN}/*.so"):
        if not own and not (link := LOCAL / "lib" / plugin.name).exists():
            link.parent.mkdir(exist_ok=True)
            link.unlink(missing_ok=True)
            link.symlink_to(os.path.relpath(plugin, link.parent))
            print(f"{shown(link)} is there again.")
    source = ROOT / "internal/setup/overrides.json"
    copy = ENVIRONMENT / "share/jupyter/lab/settings/overrides.json"
    try:
        same(source, copy)
    except Wrong as error:
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, copy)
        print(f"{error}: copied again.")
    relocate(ENVIRONMENT)


def relocate(environment):
    """Corrects the programs of an environment that was moved: they name its folder."""
    programs = environment / "bin"
    named = re.search(rb"(/[^\n\"]*)/bin/python", (programs / "jupyter").read_bytes()[2:])
    here = os.fsencode(environment)
    if not named or named[1] == here:
        return
    for program in programs.iterdir():
        if not program.is_symlink():
            was = program.read_bytes()
            if (now := moved(was, named[1], here)) != was:
                program.write_bytes(now)
    print(f"The programs in {shown(programs)} name this folder now.")


def moved(program, old, new):
    """Returns a program of an environment that was moved from one folder to another."""
    line, _, rest = program.partition(b"\n")
    if line.startswith(b"#!" + old):
        # By a shell, as pip does where a path is long or has spaces.
        python = new + line[len(b"#!" + old):]
        line = b"#!/bin/sh\n'''exec' \"" + python + b'" "$0" "$@"' + b"\n' '''"
    return line + b"\n" + rest.replace(old, new)
