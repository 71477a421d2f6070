package meanflow_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
)

// zipped returns an archive of a folder.
func zipped(t *testing.T, dir string) *zip.Reader {
	t.Helper()
	var packed bytes.Buffer
	writer := zip.NewWriter(&packed)
	if err := errors.Join(writer.AddFS(os.DirFS(dir)), writer.Close()); err != nil {
		t.Fatal(err)
	}
	archive, err := zip.NewReader(bytes.NewReader(packed.Bytes()), int64(packed.Len()))
	if err != nil {
		t.Fatal(err)
	}
	return archive
}

// inMemory returns the files of a folder.
func inMemory(t *testing.T, dir string) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			files[name] = &fstest.MapFile{Data: read(t, filepath.Join(dir, name))}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// LoadFS loads what LoadWith loads: a folder of checkpoints, a checkpoint and a saved model, from
// an archive, from memory and from a folder in a file system.
func TestLoadFS(t *testing.T) {
	config := small(enginetest.PureGo(t))
	config.CheckpointDir = t.TempDir()
	trained := train(t, config)
	saved := filepath.Join(t.TempDir(), "saved")
	if err := trained.Save(saved); err != nil {
		t.Fatal(err)
	}
	for name, dir := range map[string]string{
		"folder of checkpoints": config.CheckpointDir,
		"checkpoint":            filepath.Join(config.CheckpointDir, "epoch-000002"),
		"saved model":           saved,
	} {
		options := meanflow.LoadOptions{Backend: config.Backend}
		loaded, err := meanflow.LoadWith(dir, options)
		if err != nil {
			t.Fatal(err)
		}
		want := concat(sample(t, loaded, 20, 1))
		inside, err := fs.Sub(os.DirFS(filepath.Dir(dir)), filepath.Base(dir))
		if err != nil {
			t.Fatal(err)
		}
		for kind, fsys := range map[string]fs.FS{
			"zip": zipped(t, dir), "memory": inMemory(t, dir), "sub": inside,
		} {
			m, err := meanflow.LoadFS(fsys, options)
			if err != nil {
				t.Errorf("%s, %s: %v", name, kind, err)
				continue
			}
			if m.Epoch() != loaded.Epoch() || !slices.Equal(concat(sample(t, m, 20, 1)), want) {
				t.Errorf("%s, %s: the model of epoch %d differs from that of LoadWith, of epoch %d",
					name, kind, m.Epoch(), loaded.Epoch())
			}
		}
	}
}

// LoadFS has the checks of Load, and errors with the paths in the file system.
func TestLoadFSRefuses(t *testing.T) {
	config := small(enginetest.PureGo(t))
	config.CheckpointDir = t.TempDir()
	train(t, config)
	options := meanflow.LoadOptions{Backend: config.Backend}
	files := inMemory(t, config.CheckpointDir)
	const newest = "epoch-000004"
	list, err := fs.Glob(files, newest+"/*.bin")
	if err != nil || len(list) != 1 {
		t.Fatalf("the weights are in %v (error %v), want one file", list, err)
	}
	weights := list[0]
	files[weights].Data[100] ^= 1
	var m *meanflow.Model
	warning := withStandardError(t, func() { m, err = meanflow.LoadFS(files, options) })
	if err != nil || m.Epoch() != 2 || !strings.Contains(warning, newest+" is damaged") {
		t.Errorf("loaded %v with the error %v and the warning %q, want epoch 2", m, err, warning)
	}
	checkpoint, err := fs.Sub(files, newest)
	if err != nil {
		t.Fatal(err)
	}
	var damaged *meanflow.DamagedError
	if _, err = meanflow.LoadFS(checkpoint, options); !errors.As(err, &damaged) {
		t.Errorf("the error is %v, want a DamagedError", err)
	}
	for name := range files {
		if !strings.HasPrefix(name, newest) {
			delete(files, name)
		}
	}
	delete(files, weights)
	_, err = meanflow.LoadFS(files, options)
	check.Error(t, err, "the checkpoint "+newest+" is damaged: its file "+path.Base(weights)+
		" is missing")
	_, err = meanflow.LoadFS(zipped(t, filepath.Dir(config.CheckpointDir)), options)
	check.Error(t, err, "the file system's root (see fs.Sub) holds no checkpoints")
	_, err = meanflow.LoadFS(fstest.MapFS{}, options)
	check.Error(t, err, "holds no checkpoints")
	for _, missing := range []string{
		filepath.Join(config.CheckpointDir, "none"), // Load names the whole path.
		filepath.Join(config.CheckpointDir, ".lock"),
	} {
		_, err = meanflow.LoadWith(missing, options)
		check.Error(t, err, "meanflow: Load: open "+missing+": ")
	}
	_, err = meanflow.LoadFS(nil, options)
	check.Error(t, err, "fsys must not be nil")
}
