package notebooks

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	// These imports keep what only the notebooks import in go.mod.
	_ "github.com/janpfeifer/gonb/gonbui"
	_ "github.com/janpfeifer/must"
	_ "github.com/schollz/progressbar/v3"

	_ "github.com/meanflow-go/meanflow/datasets"
	_ "github.com/meanflow-go/meanflow/plotting"
)

// execute runs a notebook on an engine ("xla" or "go") in an empty folder, with new values for
// constants of its parameters cell ("name=value"), and returns it with its outputs.
func execute(t *testing.T, path, engine string, parameters ...string) notebook {
	t.Helper()
	return executeWith(t, path, engine, parameters)
}

// executeJoined is execute with all code in one cell, which saves compiling and linking a program
// for each cell.
func executeJoined(t *testing.T, path, engine string, parameters ...string) notebook {
	t.Helper()
	return executeWith(t, path, engine, parameters, "--joined")
}

func executeWith(
	t *testing.T, path, engine string, parameters []string, options ...string,
) notebook {
	t.Helper()
	folder := emptyFolder(t)
	executed := filepath.Join(folder, "executed.ipynb")
	arguments := append(options, path, "--output", executed, "--directory", folder)
	for _, parameter := range parameters {
		arguments = append(arguments, "--set", parameter)
	}
	python(t, engine, "execute.py", arguments...)
	return read(t, executed)
}

// needsKernel skips a test that runs cells under -short.
func needsKernel(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("runs cells in the kernel")
	}
}

// emptyFolder creates a folder inside the repository, where cells find the module, and removes it
// after the test.
func emptyFolder(t *testing.T) string {
	t.Helper()
	local, err := filepath.Abs("../../.local")
	if err != nil {
		t.Fatal(err)
	}
	folder, err := os.MkdirTemp(local, "notebook-")
	if err != nil {
		if testing.Short() {
			t.Skip("needs make setup")
		}
		t.Fatalf("is everything set up (make setup)? %v", err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	return folder
}

// python runs a script of this folder, whose kernels use an engine, and returns what it prints.
func python(t *testing.T, engine, script string, arguments ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(),
		"../../.local/venv/bin/python", append([]string{script}, arguments...)...)
	data, err := filepath.Abs("../../.local/jupyter/data")
	if err != nil {
		t.Fatal(err)
	}
	command.Env = append(os.Environ(), "GOMLX_BACKEND="+engine, "JUPYTER_DATA_DIR="+data)
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}
