package notebooks

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	labScript = "../setup/lab.py"
	// A notebook with a picture of one pixel.
	pictured = `{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{
		"cell_type": "code", "id": "a", "metadata": {}, "source": "1", "execution_count": 1,
		"outputs": [{
			"output_type": "display_data",
			"metadata": {"image/png": {"alt": "A \"dot\" <here>", "width": 300}},
			"data": {"image/png": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAAC0lEQVR4` +
		`nGNgAAIAAAUAAXpeqz8=\n"}
		}]
	}]}`
	trusted = "import nbformat, nbformat.sign, sys; " +
		"print(nbformat.sign.NotebookNotary().check_signature(nbformat.read(sys.argv[1], 4)))"
)

// The copies open without a change to save if they say what JupyterLab would write.
func TestCopiesOfNotebooks(t *testing.T) {
	t.Parallel()
	source, copies := emptyFolder(t), emptyFolder(t)
	original, path := filepath.Join(source, "a.ipynb"), filepath.Join(copies, "a.ipynb")
	write(t, original, pictured)
	if printed := python(t, "go", labScript, source, copies); printed != "" {
		t.Errorf("it prints %q", printed)
	}
	copied := contentOf(t, path)
	for _, want := range []string{
		`"display_name": "Go (gonb)"`, `"codemirror_mode": ""`,
		`<img alt=\"A &quot;dot&quot; &lt;here&gt;\" width=\"300\" `,
	} {
		if !strings.Contains(copied, want) {
			t.Errorf("the copy lacks %s:\n%s", want, copied)
		}
	}
	if printed := python(t, "go", "-c", trusted, path); printed != "True\n" {
		t.Errorf("JupyterLab trusts the copy: %s", printed)
	}
}

// What a user changed stays, what a user did not change follows the repository, and nothing is lost
// when the copies are made afresh.
func TestCopiesKeepWork(t *testing.T) {
	t.Parallel()
	source, copies := emptyFolder(t), emptyFolder(t)
	data := func(folder string) string { return filepath.Join(folder, "data/a.csv") }
	kept := filepath.Join(copies, "data/a-1.csv")
	for _, step := range []struct {
		name, source, user string // Contents to write; nothing if empty.
		fresh              bool
		copied, kept       string // Contents to find afterwards.
		says               string
	}{
		{name: "first", source: "1", copied: "1"},
		{name: "newer source", source: "2", copied: "2"},
		{name: "both changed", source: "3", user: "mine", copied: "mine", says: "make fresh"},
		{name: "afresh", fresh: true, copied: "3", kept: "mine", says: "is now"},
	} {
		if step.source != "" {
			write(t, data(source), step.source)
		}
		if step.user != "" {
			write(t, data(copies), step.user)
		}
		arguments := []string{source, copies}
		if step.fresh {
			arguments = append(arguments, "--fresh")
		}
		printed := python(t, "go", labScript, arguments...)
		if (printed != "") != (step.says != "") || !strings.Contains(printed, step.says) {
			t.Errorf("%s: it prints %q, want %q in it", step.name, printed, step.says)
		}
		if got := contentOf(t, data(copies)); got != step.copied {
			t.Errorf("%s: the copy is %q, want %q", step.name, got, step.copied)
		}
		if step.kept != "" && contentOf(t, kept) != step.kept {
			t.Errorf("%s: %s is not %q", step.name, kept, step.kept)
		}
	}
}

// Data in folders of their own are copied, but nothing that is hidden.
func TestCopiesOfFolders(t *testing.T) {
	t.Parallel()
	source, copies := emptyFolder(t), emptyFolder(t)
	for _, name := range []string{
		"data/digits/a.gz", "data/.hidden/b.gz", "data/digits/.c.gz.new", "other/d.gz",
	} {
		write(t, filepath.Join(source, name), "1")
	}
	if printed := python(t, "go", labScript, source, copies); printed != "" {
		t.Errorf("it prints %q", printed)
	}
	var copied []string
	err := filepath.WalkDir(copies, func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && entry.Name() != ".copies.json" {
			copied = append(copied, strings.TrimPrefix(path, copies))
		}
		return err
	})
	if want := filepath.FromSlash("/data/digits/a.gz"); err != nil || len(copied) != 1 ||
		copied[0] != want {
		t.Errorf("copied %q, error %v, want %s only", copied, err, want)
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
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
