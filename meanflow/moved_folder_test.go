package meanflow_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
)

// movedAway trains while the folder of the checkpoints has another name, from the end of the second
// epoch to the end of the given one. It returns the model, the warnings and the error.
func movedAway(t *testing.T, dir string, until int) (m *meanflow.Model, warned string, err error) {
	config := small(enginetest.PureGo(t))
	config.CheckpointDir, config.Epochs, config.CheckpointEvery = dir, 5, 1
	config.OnEpoch = func(m *meanflow.Model) error {
		switch m.Epoch() {
		case 2:
			return os.Rename(dir, dir+"-away")
		case until:
			return os.Rename(dir+"-away", dir)
		}
		return nil
	}
	warned = withStandardError(t, func() { m, err = meanflow.Train(t.Context(), config) })
	return m, warned, err
}

// wantCheckpoints fails the test unless the checkpoints in dir are those of the epochs, and intact.
func wantCheckpoints(t *testing.T, dir string, epochs ...int) {
	t.Helper()
	paths, err := meanflow.Checkpoints(dir)
	var got []int
	for _, path := range paths {
		if m, err := meanflow.Load(path); err != nil {
			t.Error(err)
		} else {
			got = append(got, m.Epoch())
		}
	}
	if err != nil || !slices.Equal(got, epochs) {
		t.Errorf("%s has the checkpoints of the epochs %v (error %v), want %v",
			dir, got, err, epochs)
	}
}

// A training whose folder is renamed says so at each checkpoint, and writes none elsewhere. It
// writes the last one if the folder is back, or returns an error with the model.
func TestFolderIsRenamedDuringTraining(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "training")
	_, warned, err := movedAway(t, dir, 4)
	if err != nil {
		t.Error(err)
	}
	lines := strings.Split(strings.TrimSpace(warned), "\n")
	for i, epoch := range []string{"3", "4"} {
		want := "meanflow: epoch " + epoch + ": no checkpoint could be written: " + dir +
			" is no longer the folder that the training began in: it was renamed, removed or " +
			"replaced; the training goes on"
		if len(lines) != 2 || lines[i] != want {
			t.Errorf("the warnings are %q, want the line %q", lines, want)
		}
	}
	wantCheckpoints(t, dir, 0, 1, 2, 5)

	dir = filepath.Join(t.TempDir(), "training")
	m, _, err := movedAway(t, dir, 0)
	check.Error(t, err, "epoch 5: the last checkpoint could not be written: "+dir+" is no longer")
	if m == nil || m.Epoch() != 5 {
		t.Errorf("the model is %v, want the one after epoch 5", m)
	}
	if strings.Contains(err.Error(), "the last checkpoint is") {
		t.Errorf("the error names a checkpoint that is elsewhere: %v", err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Errorf("the training made %s again", dir)
	}
	wantCheckpoints(t, dir+"-away", 0, 1, 2)
}

// A relative CheckpointDir stays the same folder when the process changes its working directory.
func TestWorkingDirectoryChangesDuringTraining(t *testing.T) {
	began, elsewhere := t.TempDir(), t.TempDir()
	t.Chdir(began)
	config := small(enginetest.PureGo(t))
	config.CheckpointDir = "training"
	config.OnEpoch = func(*meanflow.Model) error { return os.Chdir(elsewhere) }
	train(t, config)
	wantCheckpoints(t, filepath.Join(began, "training"), 0, 2, 4)
	if entries, err := os.ReadDir(elsewhere); len(entries) > 0 || err != nil {
		t.Errorf("the training left %v (error %v) in the working directory", entries, err)
	}
}
