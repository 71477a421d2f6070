//go:build linux

package anywhere_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/network"
)

// task is what a child process does in an environment that was made hostile.
type task struct {
	Train    string         // The Config.CheckpointDir of a training, empty for none.
	Epochs   int            // 5 if 0.
	Keep     int            // Config.MaxCheckpoints.
	Resume   bool           // Config.Resume.
	Commands map[int]string // Shell commands after epochs.
	Umask    int
	Load     []string // Folders to load from.
	Save     string   // Where to save the model, empty for nowhere.
	Waits    bool     // Stay in the training after the first epoch until the process is killed.
}

// variable holds the task of a child process, in JSON.
const variable = "MEANFLOW_ANYWHERE_TASK"

// TestTask does the task of a child process, and prints what came of it.
func TestTask(t *testing.T) {
	encoded := os.Getenv(variable)
	if encoded == "" {
		t.Skip("this process has no task")
	}
	var do task
	if err := json.Unmarshal([]byte(encoded), &do); err != nil {
		t.Fatal(err)
	}
	if do.Umask != 0 {
		syscall.Umask(do.Umask)
	}
	var m *meanflow.Model
	var err error
	if do.Train != "" {
		m, err = do.train(t)
		var locked *meanflow.LockedError
		fmt.Printf("trained: model %v, locked %v, error %v\n", m != nil,
			errors.As(err, &locked), err)
	}
	for _, dir := range do.Load {
		m, err = meanflow.Load(dir)
		var damaged *meanflow.DamagedError
		fmt.Printf("loaded: model %v, damaged %v, error %v\n", m != nil,
			errors.As(err, &damaged), err)
	}
	if do.Save != "" {
		fmt.Println("saved: error", m.Save(do.Save))
	}
}

// train trains a small model, and writes a checkpoint after each epoch.
func (do task) train(t *testing.T) (*meanflow.Model, error) {
	if do.Epochs == 0 {
		do.Epochs = 5
	}
	return meanflow.Train(t.Context(), meanflow.Config{
		Data:            datasets.Checkerboard{},
		Network:         network.MLP{Width: 16, Depth: 2},
		Epochs:          do.Epochs,
		BatchesPerEpoch: 1,
		BatchSize:       64,
		CheckpointDir:   do.Train,
		CheckpointEvery: 1,
		MaxCheckpoints:  do.Keep,
		Resume:          do.Resume,
		OnEpoch: func(m *meanflow.Model) error {
			if do.Waits {
				fmt.Println("waiting")
				<-t.Context().Done()
			}
			if command, found := do.Commands[m.Epoch()]; found {
				out, err := exec.Command("sh", "-c", command).CombinedOutput()
				if err != nil {
					return fmt.Errorf("%s: %w: %s", command, err, out)
				}
			}
			return nil
		},
	})
}
