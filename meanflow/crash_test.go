//go:build unix

package meanflow_test

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
)

var (
	crashes  = flag.Int("crashes", 40, "how often TestCrashes kills a training")
	crashDir = flag.String("crash-dir", "", "the folder of TestCrashes: a small file system, "+
		"which it fills up too")
)

// crashing is a training that writes a checkpoint an epoch.
func crashing(t *testing.T, dir string) meanflow.Config {
	config := small(enginetest.PureGo(t))
	config.CheckpointDir, config.Resume = dir, true
	config.Epochs, config.CheckpointEvery, config.MaxCheckpoints = 60, 1, 4
	return config
}

// TestCrashes kills a training (SIGKILL) at random moments, and damages what it wrote, over and
// over. Each time the newest checkpoint that is whole must be found, none of those that the
// training told to be complete may be lost, and what comes of it in the end must be the training
// without all this.
func TestCrashes(t *testing.T) {
	const variable = "MEANFLOW_CRASH_TEST"
	if dir := os.Getenv(variable); dir != "" {
		config := crashing(t, dir)
		config.ProgressWriter = os.Stdout
		_, err := meanflow.Train(t.Context(), config)
		fmt.Println("The end:", err)
		return
	}
	enginetest.Long(t)
	parent := *crashDir
	if parent == "" {
		parent = t.TempDir()
	}
	uninterrupted := crashing(t, "")
	uninterrupted.Resume = false
	whole := train(t, uninterrupted)
	random := rand.New(rand.NewPCG(1, 0))
	outcomes := map[string]int{}
	// Complete is the epoch that must be found.
	dir, complete := filepath.Join(parent, "training"), -1
	startAnew := func() {
		complete = -1
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
	for crash := range *crashes {
		filler := filepath.Join(parent, "filler")
		fills := *crashDir != "" && random.IntN(4) == 0
		if fills {
			outcomes["the disk was full"]++
			fill(t, filler)
		}
		process := exec.Command(os.Args[0], "-test.run=^TestCrashes$")
		process.Env = append(os.Environ(), variable+"="+dir)
		var out, told bytes.Buffer
		process.Stdout, process.Stderr = &out, &told
		if err := process.Start(); err != nil {
			t.Fatal(err)
		}
		kill := time.AfterFunc(time.Duration(random.IntN(400))*time.Millisecond,
			func() { process.Process.Kill() })
		process.Wait()
		kill.Stop()
		if fills {
			if err := os.Remove(filler); err != nil {
				t.Fatal(err)
			}
		}
		for line := range strings.Lines(out.String()) {
			if path, is := strings.CutPrefix(line, "Checkpoint: "); is {
				fmt.Sscanf(filepath.Base(path), "epoch-%d", &complete)
			}
		}
		for _, left := range []string{".unfinished", ".removed"} {
			if _, err := os.Stat(filepath.Join(dir, left)); err == nil {
				outcomes["killed while there was "+left]++
			}
		}
		_, ending, ended := strings.Cut(out.String(), "The end: ")
		ending, _, _ = strings.Cut(ending, "\n")

		paths, err := meanflow.Checkpoints(dir)
		if len(paths) == 0 {
			if complete >= 0 {
				t.Fatalf("crash %d: %v, no checkpoints, though epoch %d was complete\n%s", crash,
					err, complete, told.String())
			}
			outcomes["killed, or full, before the first checkpoint"]++
			continue
		}
		m, err := meanflow.Load(dir)
		switch {
		case complete < 0 && err != nil && strings.Contains(err.Error(), "no checkpoint is intact"):
			outcomes["nothing whole was left, which is told"]++
			startAnew()
			continue
		case err != nil || m.Epoch() < complete:
			t.Fatalf("crash %d: loaded %v, %v, though epoch %d was complete\n%s%s", crash, m, err,
				complete, out.String(), told.String())
		case ended && ending == "<nil>":
			outcomes["trained to the end"]++
			// Loaded for the engine that trained it, and not trained any further.
			m := train(t, crashing(t, dir))
			if !slices.Equal(m.Losses(), whole.Losses()) ||
				!slices.Equal(concat(sample(t, m, 50, 1)), concat(sample(t, whole, 50, 1))) {
				t.Fatalf("crash %d: at the end another model than without crashes", crash)
			}
			startAnew()
			continue
		case ended && !strings.Contains(ending, "no space left"):
			t.Fatalf("crash %d: %s", crash, ending)
		default:
			outcomes["killed, and the newest checkpoint was whole"]++
		}
		complete = m.Epoch()
		if random.IntN(2) == 0 {
			complete = damageOne(t, random, paths, outcomes)
		}
	}
	for _, outcome := range slices.Sorted(maps.Keys(outcomes)) {
		t.Logf("%4d × %s", outcomes[outcome], outcome)
	}
	if outcomes["killed, and the newest checkpoint was whole"] < *crashes/4 {
		t.Error("too few of the crashes happened while training")
	}
}

// damageOne damages a file of one of the checkpoints, and returns the epoch of the newest that is
// whole, -1 if none is.
func damageOne(t *testing.T, random *rand.Rand, paths []string, outcomes map[string]int) int {
	t.Helper()
	path := paths[len(paths)-1-random.IntN(min(2, len(paths)))] // The last or the one before.
	files, err := os.ReadDir(path)
	if err != nil {
		t.Fatal(err)
	}
	kinds := slices.Sorted(maps.Keys(damages))
	kind := kinds[random.IntN(len(kinds))]
	if err := damages[kind](filepath.Join(path,
		files[random.IntN(len(files))].Name())); err != nil {
		t.Fatal(err)
	}
	outcomes["a file "+kind]++
	newest := -1
	for _, path := range paths {
		if m, err := meanflow.Load(path); err == nil {
			newest = m.Epoch()
		}
	}
	return newest
}

// fill writes a file until the disk is full.
func fill(t *testing.T, path string) {
	t.Helper()
	file, err := os.Create(path)
	for err == nil {
		_, err = file.Write(make([]byte, 512))
	}
	file.Close()
}

// A checkpoint that can't be written does not end the training, and none is left that is not whole.
// The limit on the size of files, of a process of its own, stands in for a full disk.
func TestFullDisk(t *testing.T) {
	const variable = "MEANFLOW_FULL_DISK_TEST"
	dir := t.TempDir()
	if os.Getenv(variable) != "" {
		trainOnFullDisk(t, os.Getenv(variable))
		return
	}
	process := exec.Command(os.Args[0], "-test.run=^TestFullDisk$")
	process.Env = append(os.Environ(), variable+"="+dir)
	out, err := process.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{
		"epoch 2: no checkpoint could be written: ", "epoch 3: no checkpoint could be written: ",
		"the last checkpoint is " + filepath.Join(dir, "for-a-while/epoch-000001"),
		"epoch 5: the last checkpoint could not be written: ",
		"the last checkpoint is " + filepath.Join(dir, "to-the-end/epoch-000001"),
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("told is %q, want something about %q", out, want)
		}
	}
	for folder, want := range map[string][]string{
		"for-a-while": {"epoch-000000", "epoch-000001", "epoch-000004", "epoch-000005"},
		"to-the-end":  {"epoch-000000", "epoch-000001"},
	} {
		paths, err := meanflow.Checkpoints(filepath.Join(dir, folder))
		if err != nil || len(paths) != len(want) {
			t.Errorf("%s: checkpoints %v, %v, want %v", folder, paths, err, want)
		}
		for i, path := range paths {
			if _, err := meanflow.Load(path); err != nil || filepath.Base(path) != want[i] {
				t.Errorf("%s: %v, want %s", path, err, want[i])
			}
		}
	}
}

func trainOnFullDisk(t *testing.T, dir string) {
	signal.Ignore(syscall.SIGXFSZ)
	limit := func(bytes uint64) {
		var is syscall.Rlimit
		if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &is); err != nil {
			t.Fatal(err)
		}
		is.Cur = min(bytes, is.Max)
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &is); err != nil {
			t.Fatal(err)
		}
	}
	const none = 1<<63 - 1
	trainWhile := func(folder, full, free string) (*meanflow.Model, error) {
		config := small(enginetest.PureGo(t))
		config.CheckpointDir, config.Epochs, config.CheckpointEvery = filepath.Join(dir, folder), 5,
			1
		config.ProgressWriter = writerFunc(func(p []byte) (int, error) {
			switch {
			case bytes.HasPrefix(p, []byte(full)):
				limit(3000) // The variables take 4,672 bytes.
			case bytes.HasPrefix(p, []byte(free)):
				limit(none)
			}
			return len(p), nil
		})
		return meanflow.Train(t.Context(), config)
	}
	if _, err := trainWhile("for-a-while", "Epoch [2/5]", "Epoch [4/5]"); err != nil {
		t.Fatal(err)
	}
	m, err := trainWhile("to-the-end", "Epoch [2/5]", "never")
	limit(none)
	fmt.Fprintln(os.Stderr, err)
	// The model is there all the same.
	if m == nil || m.Epoch() != 5 {
		t.Fatalf("the model is %v", m)
	}
	sample(t, m, 10, 1)
}
