package setup

import (
	"archive/zip"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// setUp stands for a set-up: it writes what the kernel's step leaves, without starting the kernel.
const setUp = `
import json, sys
sys.path.append("internal/setup")
import go_results, kernel
settings = kernel.go_settings()
kernel.copy_scripts()
kernel.link_module()
kernel.SPECIFICATION.parent.mkdir(parents=True)
kernel.SPECIFICATION.write_text(json.dumps({
    "argv": kernel.command(), "env": kernel.environment(settings),
    "metadata": {"language_info": {"name": "go"}},
}))
for step, stamp in {"tools": go_results.tools, "modules": go_results.modules}.items():
    (kernel.LOCAL / step).write_text(json.dumps(stamp(settings)))
`

// checkout makes a folder with the scripts, a set-up without its large parts, and a go in bin that
// answers from files.
func checkout(t *testing.T) string {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	at := func(name string) string { return filepath.Join(root, name) }
	if err := os.CopyFS(at("internal/setup"), os.DirFS(".")); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"go.mod":                          "go 1.26.5\n\nrequire (\n\texample.com/gonb v0.2.0\n)\n",
		"tools/go.mod":                    "require example.com/tools v0.3.0 // indirect\n",
		"go.sum":                          "x v1.0.0 h1:a=\nx v1.0.0/go.mod h1:b=\n",
		"tools/go.sum":                    "",
		"datasets/a.go":                   "",
		"meanflow/a.go":                   "",
		"plotting/a.go":                   "",
		"gonb.version":                    "v0.2.0",
		"cache/x@v1.0.0/a.go":             "package x",
		"compiled":                        "",
		".local/workspace/go.work":        "",
		".local/lib/plugin.so":            "",
		".local/jupyter/config/unused.py": "",
		".local/venv/complaint":           "",
		".local/venv/bin/jupyter":         "#!" + at(".local/venv/bin/python3") + "\nstart()\n",
		"env.json": `{"GOVERSION": "go1.26.8", "GOEXPERIMENT": "", "GOARCH": "amd64",
			"GOCACHE": "/build", "GOMODCACHE": "` + at("cache") + `", "CC": "cc", "CXX": "c++",
			"CGO_CFLAGS": "", "CGO_CPPFLAGS": "", "CGO_CXXFLAGS": "", "CGO_ENABLED": "1",
			"CGO_LDFLAGS": "", "GO111MODULE": "on", "GOENV": "", "GOOS": "linux", "GOPATH": "/go",
			"GOROOT": "/goroot", "GOTOOLCHAIN": "auto"}`,
	} {
		write(t, at(name), content)
	}
	for _, name := range []string{"gonb", "goimports", "gopls"} {
		script(t, at(".local/bin/"+name), "")
	}
	script(t, at(".local/venv/bin/python"), `cat "${0%/bin/python}/complaint"`)
	script(t, at("bin/go"), `cd "$ROOT"
case "$*" in
'env -json '*) cat env.json ;;
'version -m '*/gonb) printf '\tmod\texample.com/gonb\t%s\th1:\n' "$(cat gonb.version)" ;;
'version -m '*) printf '\tmod\texample.com/tools\tv0.3.0\th1:\n' ;;
'list -export '*) echo "$ROOT/compiled" ;;
'list -deps '*) [ ! -e offline ] || { echo 'x@v1.0.0: module lookup disabled' >&2; exit 1; }
	echo "$ROOT/cache/x@v1.0.0" ;;
esac`)
	var archive bytes.Buffer
	listing := zip.NewWriter(&archive)
	file, err := listing.Create("x@v1.0.0/a.go")
	if err == nil {
		_, err = file.Write([]byte("package x"))
	}
	if err := errors.Join(err, listing.Close()); err != nil {
		t.Fatal(err)
	}
	write(t, at("cache/cache/download/x/@v/v1.0.0.zip"), archive.String())
	for from, to := range map[string]string{
		"jupyter_config.py": ".local/jupyter/config/jupyter_config.py",
		"overrides.json":    ".local/venv/share/jupyter/lab/settings/overrides.json",
	} {
		write(t, at(to), contentOf(t, from))
	}
	for _, step := range []string{"python", "kernel"} {
		write(t, at(".local/"+step), "")
	}
	if printed := inCheckout(t, root, "python3", "-c", setUp); printed != "" {
		t.Fatal(printed)
	}
	return root
}

// inCheckout runs a command in a checkout and returns what it prints.
func inCheckout(t *testing.T, root string, arguments ...string) string {
	t.Helper()
	printed, err := command(t, root, arguments, "ROOT="+root).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", arguments, err, printed)
	}
	return string(printed)
}

// spoilt is something that happens to a set-up, and what mend.py says of it.
type spoilt struct {
	path string
	how  func(t *testing.T, path string)
	step string // Whose stamp mend.py removes; none if empty.
	says string // A line.
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
}

func content(text string) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		t.Helper()
		write(t, path, text)
	}
}

// Whatever is missing or wrong, mend.py names it and removes the stamps of its steps only. Each row
// is one set-up.
func TestMend(t *testing.T) {
	const specification = ".local/jupyter/data/kernels/gonb/kernel.json"
	for _, row := range [][]spoilt{
		{
			{"go.sum", content("x"), "", ""},
			{".local/bin/gopls", remove, "", ""},
		}, {
			{".local/bin/gonb", remove, "tools", ".local/bin/gonb is missing"},
			{"compiled", remove, "modules", "the cache of compiled packages"},
			{".local/venv/complaint", content("anyio is missing"), "python", "anyio is missing"},
		}, {
			{".local/bin/goimports", content("cut"), "tools", "goimports has 3 bytes, not 10"},
			{"offline", content(""), "modules", "module lookup disabled"},
			{specification, content("{"), "kernel", "kernel.json is missing or cut"},
		}, {
			{"gonb.version", content("v0.1.0"), "tools", "gonb is v0.1.0"},
			{".local/venv/bin/python", remove, "python", "does not run: No such file"},
			{specification, content("{}"), "kernel", "argv"},
		}, {
			{"cache/x@v1.0.0/a.go", remove, "", "cache/x@v1.0.0/a.go is missing"},
			{".local/venv/share", remove, "", "overrides.json is missing: copied again"},
			{".local/jupyter/config/jupyter_config.py", content(""), "kernel", "is not like"},
		}, {
			{".local/tools", content(""), "tools", "another version of the set-up"},
			{".local/workspace", remove, "modules", ".local/workspace is missing"},
			{".local/kernel-bin/go", remove, "kernel", ".local/kernel-bin/go is missing"},
		}, {
			{".local/module", remove, "kernel", ".local/module/go.mod is missing"},
		},
	} {
		t.Run(row[0].path, func(t *testing.T) {
			t.Parallel()
			root := checkout(t)
			redone, lines := map[string]bool{}, 0
			for _, spoilt := range row {
				spoilt.how(t, filepath.Join(root, spoilt.path))
				if spoilt.says != "" {
					lines++
				}
				if spoilt.step != "" {
					redone[spoilt.step] = true
				}
			}
			printed := inCheckout(t, root, "python3", "internal/setup/mend.py")
			for _, spoilt := range row {
				has(t, printed, spoilt.says)
			}
			if got := strings.Count(printed, "\n"); got != lines {
				t.Errorf("it prints %d lines, want %d: %s", got, lines, printed)
			}
			for _, step := range []string{"python", "tools", "modules", "kernel"} {
				_, err := os.Stat(filepath.Join(root, ".local", step))
				if gone := err != nil; gone != redone[step] {
					t.Errorf("the stamp of %s is gone: %v", step, gone)
				}
			}
		})
	}
}

// A newer Go compiles everything anew, in modules, tools and kernel.
func TestMendAfterAnUpgradeOfGo(t *testing.T) {
	t.Parallel()
	root := checkout(t)
	settings := filepath.Join(root, "env.json")
	newer := strings.ReplaceAll(contentOf(t, settings), "go1.26.8", "go1.27.0")
	write(t, settings, strings.ReplaceAll(newer, "/goroot", "/goroot1.27"))
	has(t, inCheckout(t, root, "python3", "internal/setup/mend.py"),
		"(tools): GOVERSION was go1.26, now go1.27",
		"(modules): GOVERSION was go1.26.8, now go1.27.0",
		"(kernel): GOROOT was /goroot, now /goroot1.27")
}

// A checkout that was moved finds its programs again, without a network, and gets a new kernel.
func TestMendAfterAMove(t *testing.T) {
	t.Parallel()
	root := checkout(t)
	moved := filepath.Join(t.TempDir(), "a b, 'ü'")
	if err := os.Rename(root, moved); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(moved, "env.json"),
		strings.ReplaceAll(contentOf(t, filepath.Join(moved, "env.json")), root, moved))
	has(t, inCheckout(t, moved, "python3", "internal/setup/mend.py"),
		"The programs in .local/venv/bin name this folder now.",
		"(modules): GOMODCACHE was "+root, "(kernel): the kernel is that of "+root)
	python := filepath.Join(moved, ".local/venv/bin/python3")
	want := "#!/bin/sh\n'''exec' \"" + python + "\" \"$0\" \"$@\"\n' '''\nstart()\n"
	if got := contentOf(t, filepath.Join(moved, ".local/venv/bin/jupyter")); got != want {
		t.Errorf("jupyter is %q, want %q", got, want)
	}
}
