package main

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// site is the folder of the page.
type site struct{ out, program, page, models string }

// program is the name of the program for the browser.
const program = "meanflow.wasm"

// listFile lists the folder's files, which the page's sw.js keeps for use without a network.
const listFile = "files.json"

// build makes the folder, with models of one's own at the given paths. It replaces an earlier one
// only when the new one is complete.
func (s site) build(own []string) (err error) {
	if err := s.checkReplaceable(); err != nil {
		return err
	}
	temporary, err := os.MkdirTemp(filepath.Dir(s.out), ".unfinished-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temporary)) }()
	made := s
	made.out = filepath.Join(temporary, "site") // Everybody may read it, unlike MkdirTemp's folder.
	if err := made.fill(own); err != nil {
		return err
	}
	if err := os.RemoveAll(s.out); err != nil {
		return err
	}
	return os.Rename(made.out, s.out)
}

// fill makes the folder.
func (s site) fill(own []string) error {
	if err := os.CopyFS(s.out, os.DirFS(s.page)); err != nil {
		return err
	}
	support, err := goSupport()
	if err != nil {
		return err
	}
	for from, to := range map[string]string{s.program: program, support: "wasm_exec.js"} {
		if err := copyFile(from, filepath.Join(s.out, to)); err != nil {
			return err
		}
	}
	if err := s.addModels(own); err != nil {
		return err
	}
	if err := s.compress(); err != nil {
		return err
	}
	return s.list()
}

// checkReplaceable returns an error if the folder holds anything else than an earlier page.
func (s site) checkReplaceable() error {
	entries, err := os.ReadDir(s.out)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if len(entries) == 0 {
		return nil
	}
	if _, err := os.Stat(filepath.Join(s.out, listFile)); err != nil {
		return fmt.Errorf("%s has files, but is no page built before: choose another -out", s.out)
	}
	return nil
}

// goSupport returns the path of the script that runs a Go program in a browser.
func goSupport() (string, error) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	return filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js"), err
}

// copyFile copies a file, without its mode: Go's own files may be read-only.
func copyFile(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o666)
}

// compressed are the extensions of files that shrink.
var compressed = []string{".wasm", ".js", ".css", ".html", ".json", ".svg"}

// compress writes a compressed file beside each one that shrinks. The page fetches the program so,
// and some servers send the others so.
func (s site) compress() error {
	return filepath.WalkDir(s.out, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !slices.Contains(compressed, filepath.Ext(path)) {
			return err
		}
		from, err := os.Open(path)
		if err != nil {
			return err
		}
		defer from.Close()
		to, err := os.Create(path + ".gz")
		if err != nil {
			return err
		}
		packer, err := gzip.NewWriterLevel(to, gzip.BestCompression)
		if err != nil {
			return err
		}
		_, err = io.Copy(packer, from)
		return errors.Join(err, packer.Close(), to.Close())
	})
}

// list writes the list of the folder's files, and a version that changes with any of them.
func (s site) list() error {
	var files []string
	hash := sha256.New()
	err := filepath.WalkDir(s.out, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(s.out, path)
		files = append(files, filepath.ToSlash(name))
		fmt.Fprintf(hash, "%s %x\n", name, sha256.Sum256(content))
		return err
	})
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(map[string]any{
		"version": fmt.Sprintf("%x", hash.Sum(nil)[:8]), "files": files,
	}, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(s.out, listFile), append(text, '\n'), 0o666)
}
