//go:build unix

package snapshot

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// If a folder's path leads elsewhere, Write returns an error and writes nowhere. It goes on when
// the folder is back.
func TestFolderMoves(t *testing.T) {
	for name, move := range map[string]func(dir, away string) error{
		"renamed": os.Rename,
		"removed": func(dir, _ string) error { return os.RemoveAll(dir) },
		"replaced": func(dir, away string) error {
			return errors.Join(os.Rename(dir, away), os.Mkdir(dir, 0o777))
		},
		"removed and made again": func(dir, _ string) error {
			return errors.Join(os.RemoveAll(dir), os.Mkdir(dir, 0o777))
		},
		"replaced by a link": func(dir, away string) error {
			other := away + "-other"
			return errors.Join(os.Rename(dir, away), os.Mkdir(other, 0o777), os.Symlink(other, dir))
		},
	} {
		t.Run(name, func(t *testing.T) {
			parent := t.TempDir()
			dir, away := filepath.Join(parent, "dir"), filepath.Join(parent, "away")
			folder := open(t, dir)
			first := write(t, folder, Position{Epoch: 1}, "x")
			if err := move(dir, away); err != nil {
				t.Fatal(err)
			}
			for _, test := range []func() error{
				folder.CheckWritable,
				func() error {
					_, err := folder.Write(Position{Epoch: 2}, saver("x"))
					return err
				},
			} {
				wantError(t, test(), dir+" is no longer the folder that the training began in")
			}
			found, err := filepath.Glob(filepath.Join(parent, "*", "*2"))
			unfinished, _ := filepath.Glob(filepath.Join(parent, "*", ".unfinished"))
			if len(found)+len(unfinished) > 0 || err != nil {
				t.Errorf("there are %v and %v (error %v), want neither", found, unfinished, err)
			}
			if _, err := os.Stat(away); err != nil {
				return // The folder is gone.
			}
			if err := errors.Join(os.RemoveAll(dir), os.Rename(away, dir)); err != nil {
				t.Fatal(err)
			}
			write(t, folder, Position{Epoch: 2}, "x")
			if _, err := Read(first, content); err != nil {
				t.Error(err)
			}
		})
	}
}

// A relative path and a path through a link mean the same folder throughout, whatever the working
// directory.
func TestWorkingDirectoryChanges(t *testing.T) {
	parent := t.TempDir()
	if err := errors.Join(os.Mkdir(filepath.Join(parent, "target"), 0o777),
		os.Symlink("target", filepath.Join(parent, "link"))); err != nil {
		t.Fatal(err)
	}
	t.Chdir(parent)
	folder := open(t, "link")
	elsewhere := t.TempDir()
	t.Chdir(elsewhere)
	write(t, folder, Position{Epoch: 1}, "x")
	if err := folder.Prune(1); err != nil {
		t.Error(err)
	}
	got := names(t, filepath.Join(parent, "target"))
	if !slices.Equal(got, []string{".lock", "epoch-000001"}) || len(names(t, elsewhere)) > 0 {
		t.Errorf("the folder holds %v and the working directory %v, want a snapshot and nothing",
			got, names(t, elsewhere))
	}
}

// Save replaces the folder that a symbolic link names, not the link.
func TestSaveFollowsALink(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "disk", "model"), filepath.Join(dir, "link")
	if err := Save(path, t.Errorf, saver("old")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	if err := Save(link, t.Errorf, saver("new")); err != nil {
		t.Fatal(err)
	}
	if read, err := Read(path, content); err != nil || string(read.Files[content]) != "new" {
		t.Errorf("the folder is %v (error %v), want the new one", read, err)
	}
	if target, err := os.Readlink(link); target != path {
		t.Errorf("the link leads to %q (error %v), want %q", target, err, path)
	}
}
