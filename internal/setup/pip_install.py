"""Runs pip install with those of the user's settings that say how to reach packages.

    python pip_install.py OPTION …

Other settings, exported or in pip's files, would install elsewhere or something else: user, target,
prefix, no-binary and so on.
"""

import ast
import os
import subprocess
import sys

REACHING = {
    "cert", "client-cert", "default-timeout", "extra-index-url", "find-links", "index-url",
    "keyring-provider", "no-index", "proxy", "retries", "timeout", "trusted-host",
}


def settings(listing):
    """Returns the settings to keep, as variables, of those that `pip config list` lists.

    Each line is a section, a name and a Python literal: global.index-url='https://…'.
    """
    kept = {}
    lines = [line.partition("=") for line in listing.splitlines()]
    for section in ("global", "install", ":env:"):  # The later ones override.
        for key, _, value in lines:
            name = key.removeprefix(section + ".")
            if name == key or name not in REACHING:
                continue
            # Several values have a line each in a file, and spaces between in a variable.
            variable = "PIP_" + name.upper().replace("-", "_")
            kept[variable] = " ".join(ast.literal_eval(value).split())
    return kept


def main():
    pip = [sys.executable, "-m", "pip"]
    found = subprocess.run([*pip, "config", "list"], capture_output=True, text=True)
    if found.returncode != 0:
        return f"pip cannot read its settings:\n{found.stderr}"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    kept = settings(found.stdout) | {"PIP_CONFIG_FILE": os.devnull}
    os.execve(sys.executable, [*pip, "install", *sys.argv[1:]], clean | kept)


if __name__ == "__main__":
    sys.exit(main())
