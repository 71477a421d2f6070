"""Checks what the set-up leaves of Go: programs, modules and compiled packages.

A stamp says what a step has left, because the results alone do not: tools() and modules() return
its content.
"""

import os
import pathlib
import re
import shutil
import zipfile

from kernel import LOCAL, ROOT
from results import Wrong, compare, run, shown, stamp_of

# Programs, and the files with the versions of their modules.
PROGRAMS = {"gonb": "go.mod", "goimports": "tools/go.mod", "gopls": "tools/go.mod"}
# Without gopls cells do not complete names, but run. The README says how to do without.
OPTIONAL = "gopls"
# What decides whether Go finds what it has compiled.
COMPILED_FOR = ("GOVERSION", "GOEXPERIMENT", "GOCACHE", "GOMODCACHE", "GOARCH", "CC", "CGO_CFLAGS")
WORKSPACE = LOCAL / "workspace"
# What cells import. The tests of packages import what only notebooks need.
PACKAGES = ("github.com/meanflow-go/meanflow/...", "github.com/janpfeifer/gonb/gonbui")


def minor(version):
    """Returns go1.26 of go1.26.8: tools read the code of no newer Go than their own."""
    return ".".join(version.split(".")[:2])


def tools(settings):
    """Returns the stamp of Go's programs."""
    sizes = {name: (LOCAL / "bin" / name).stat().st_size for name in PROGRAMS}
    return {"GOVERSION": minor(settings["GOVERSION"]), "sizes": sizes}


def check_tools(settings):
    """Checks Go's programs: there, whole, and of the versions that go.mod names."""
    stamp = stamp_of("tools")
    compare({"GOVERSION": stamp["GOVERSION"]}, {"GOVERSION": minor(settings["GOVERSION"])})
    for name, file in PROGRAMS.items():
        program = LOCAL / "bin" / name
        if name == OPTIONAL and not program.exists():
            continue
        if not os.access(program, os.X_OK):
            raise Wrong(f"{shown(program)} is missing or cannot be executed")
        if (found := program.stat().st_size) != (size := stamp["sizes"][name]):
            raise Wrong(f"{shown(program)} has {found} bytes, not {size}")
        listing = run("go", "version", "-m", program).stdout
        module = re.search(r"^\tmod\t(\S+)\t(\S+)", listing, re.MULTILINE)
        required = re.escape(f"{module[1]} {module[2]}")
        if not re.search(rf"^(require)?\s+{required}$", without_comments(file), re.MULTILINE):
            raise Wrong(f"{shown(program)} is {module[2]}, {file} has another version")


def without_comments(name):
    """Returns a go.mod without its comments."""
    return re.sub(r" *//.*", "", (ROOT / name).read_text())


def compiled_for(settings):
    """Returns the settings by which Go finds what it has compiled."""
    return {name: settings[name] for name in COMPILED_FOR}


def modules(settings):
    """Returns the stamp of Go's packages."""
    # A package that was compiled last: while Go's cache has it, the cache has the rest.
    listing = run("go", "list", "-export", "-f", "{{.Export}}", "./meanflow", cwd=ROOT)
    return {
        "settings": compiled_for(settings),
        "compiled": listing.stdout.strip(),
    }


def check_modules(settings):
    """Checks that cells find their modules whole, without a network, and compiled."""
    unpack_damaged(settings)
    stamp = stamp_of("modules")
    compare(stamp["settings"], compiled_for(settings))
    if not os.path.isfile(stamp["compiled"]):
        raise Wrong("the cache of compiled packages has lost them")
    if not WORKSPACE.is_dir():
        raise Wrong(f"{shown(WORKSPACE)} is missing")
    found = run(
        "go", "list", "-deps", "-test", *PACKAGES, cwd=WORKSPACE,
        env={**os.environ, "GOPROXY": "off", "GOWORK": str(WORKSPACE / "go.work")},
    )
    if found.returncode != 0:
        raise Wrong(found.stderr.strip().splitlines()[0])


def unpack_damaged(settings):
    """Removes the folders of modules that lack a file, so that Go unpacks them again.

    Go itself looks only whether a module has a folder. Its build cache may keep a list of the
    files that were there, so it goes too.
    """
    cache = pathlib.Path(settings["GOMODCACHE"])
    sums = (ROOT / "go.sum").read_text() + (ROOT / "tools/go.sum").read_text()
    for name, version in re.findall(r"^(\S+) (v[^/\s]+) ", sums, re.MULTILINE):
        name = re.sub("[A-Z]", lambda letter: "!" + letter[0].lower(), name)
        module = cache / f"{name}@{version}"
        archive = cache / f"cache/download/{name}/@v/{version}.zip"
        if module.exists() and archive.exists() and (missing := damaged(module, archive)):
            print(f"Unpacking again: {shown(missing)} is missing or has another size")
            remove(module)
            run("go", "clean", "-cache")


def damaged(module, archive):
    """Returns the first file that differs in size from the module's archive, or None."""
    with zipfile.ZipFile(archive) as listing:
        for entry in listing.infolist():
            path = module / entry.filename.partition("@")[2].partition("/")[2]
            if not path.exists() or path.stat().st_size != entry.file_size:
                return path
    return None


def remove(module):
    """Removes a module's folder, which Go has made read-only."""
    for folder, _, _ in os.walk(module):
        os.chmod(folder, 0o755)
    shutil.rmtree(module)
