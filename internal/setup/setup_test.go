// Package setup has tests of the scripts that set everything up. They use no network and no set-up.
package setup

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// command returns a command in a folder, with an environment of its own besides the PATH, where the
// folder bin comes first.
func command(t *testing.T, folder string, arguments []string, environment ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(arguments[0], arguments[1:]...)
	cmd.Dir = folder
	path := filepath.Join(folder, "bin") + string(filepath.ListSeparator) + os.Getenv("PATH")
	cmd.Env = append([]string{"PATH=" + path, "PYTHONDONTWRITEBYTECODE=1"}, environment...)
	return cmd
}

// script writes a program of sh.
func script(t *testing.T, path, content string) {
	t.Helper()
	write(t, path, "#!/bin/sh\n"+content)
	if err := os.Chmod(path, 0o755); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func contentOf(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// absolute returns the path of a file beside the tests.
func absolute(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(name)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// has checks that a text contains each of the others.
func has(t *testing.T, text string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in:\n%s", want, text)
		}
	}
}
