package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/web/catalogue"
)

// folders returns a site of a small page and program, without models.
func folders(t *testing.T) site {
	t.Helper()
	dir := t.TempDir()
	s := site{
		out: filepath.Join(dir, "site"), program: filepath.Join(dir, "program"),
		page: filepath.Join(dir, "page"), models: filepath.Join(dir, "models"),
	}
	for path, content := range map[string]string{
		s.program: "a program", filepath.Join(s.page, "index.html"): strings.Repeat("<p>", 1000),
	} {
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(s.models, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := catalogue.Write(s.models, nil); err != nil {
		t.Fatal(err)
	}
	return s
}

func build(t *testing.T, s site, own ...string) {
	t.Helper()
	if err := s.build(own); err != nil {
		t.Fatal(err)
	}
}

// The folder has each file, a compressed copy of what shrinks, and a list of all with a version
// that changes with the files only.
func TestBuild(t *testing.T) {
	s := folders(t)
	list := func() (version string, files []string) {
		build(t, s)
		var content struct {
			Version string
			Files   []string
		}
		text, err := os.ReadFile(filepath.Join(s.out, listFile))
		if err == nil {
			err = json.Unmarshal(text, &content)
		}
		if err != nil {
			t.Fatal(err)
		}
		return content.Version, content.Files
	}
	first, files := list()
	want := []string{
		"index.html", "index.html.gz", "meanflow.wasm", "meanflow.wasm.gz", "models.json",
		"models.json.gz", "wasm_exec.js", "wasm_exec.js.gz",
	}
	if !slices.Equal(files, want) {
		t.Errorf("the files are %v, want %v", files, want)
	}
	packed, err := os.Open(filepath.Join(s.out, "index.html.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	reader, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	if content, err := io.ReadAll(reader); err != nil || len(content) != 3000 {
		t.Errorf("unpacked, the page has %d bytes (error %v), want 3000", len(content), err)
	}
	if again, _ := list(); again != first {
		t.Errorf("the version of the same files is %s, then %s", first, again)
	}
	page := filepath.Join(s.page, "index.html")
	if err := os.WriteFile(page, []byte("changed"), 0o666); err != nil {
		t.Fatal(err)
	}
	if changed, _ := list(); changed == first {
		t.Error("the version stays although the page changed")
	}
}

// Models of one's own are added from checkpoints, saved models and files.
func TestOwnModels(t *testing.T) {
	s := folders(t)
	dir := t.TempDir()
	config := meanflow.Config{
		Data: datasets.Moons{}, Epochs: meanflow.None, Backend: enginetest.PureGo(t),
		CheckpointDir: filepath.Join(dir, "training"),
	}
	m, err := meanflow.Train(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	saved := filepath.Join(dir, "saved")
	file := filepath.Join(dir, "file.safetensors")
	if err := m.Save(saved); err != nil {
		t.Fatal(err)
	}
	var content bytes.Buffer
	if err := m.WriteSafetensors(&content); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, content.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	build(t, s, config.CheckpointDir, saved, file)
	entries, err := catalogue.Read(s.out)
	if err != nil || len(entries) != 3 {
		t.Fatalf("the list has %v (error %v), want three models", entries, err)
	}
	for k, name := range []string{"training", "saved", "file"} {
		got, err := os.ReadFile(filepath.Join(s.out, entries[k].File))
		if err != nil || entries[k].Name != name || entries[k].Bytes != int64(len(got)) ||
			!bytes.Equal(got, content.Bytes()) {
			t.Errorf("%+v has %d bytes, want the %d of the model %s (error %v)",
				entries[k], len(got), content.Len(), name, err)
		}
	}
	check.Error(t, s.build([]string{saved, saved}), "two models are called saved")
	check.Error(t, s.build([]string{filepath.Join(dir, "nothing")}), "nothing", "no such file")
	if err := os.WriteFile(file, []byte("text"), 0o666); err != nil {
		t.Fatal(err)
	}
	check.Error(t, s.build([]string{file}), file)
}

// A folder that is no page of before stays as it is.
func TestKeepsOtherFolders(t *testing.T) {
	s := folders(t)
	if err := os.Mkdir(s.out, 0o777); err != nil {
		t.Fatal(err)
	}
	mine := filepath.Join(s.out, "thesis.tex")
	if err := os.WriteFile(mine, []byte("text"), 0o666); err != nil {
		t.Fatal(err)
	}
	check.Error(t, s.build(nil), s.out, "choose another")
	if _, err := os.Stat(mine); err != nil {
		t.Error(err)
	}
}
