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
	crashDir = flag.String("crash-dir", "",
		"folder for TestCrashes on a small file system, which the test also fills up")
)

const (
	endLine = "The end:" // What a child process of TestCrashes prints before the error of Train.
	intact  = "the training was killed, and the newest checkpoint was intact"
)

// crashing returns a configuration that writes a checkpoint in each epoch.
func crashing(t *testing.T, dir string) meanflow.Config {
	config := small(enginetest.PureGo(t))
	config.CheckpointDir, config.Resume = dir, true
	config.Epochs, config.CheckpointEvery, config.MaxCheckpoints = 60, 1, 4
	return config
}

// TestCrashes repeatedly kills a training with SIGKILL at random moments and damages its
// checkpoints. After each crash, Load must find the newest intact checkpoint, and no checkpoint
// that the training reported as complete may be lost. A training that reaches its last epoch must
// give the same model as a training without crashes.
func TestCrashes(t *testing.T) {
	const variable = "MEANFLOW_CRASH_TEST"
	if dir := os.Getenv(variable); dir != "" {
		config := crashing(t, dir)
		config.ProgressWriter = os.Stdout
		_, err := meanflow.Train(t.Context(), config)
		fmt.Println(endLine, err)
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
	dir := filepath.Join(parent, "training")
	complete := -1 // Load must find a checkpoint of this epoch or a later one.
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
		var stdout, stderr bytes.Buffer
		process.Stdout, process.Stderr = &stdout, &stderr
		if err := process.Start(); err != nil {
			t.Fatal(err)
		}
		delay := time.Duration(random.IntN(400)) * time.Millisecond
		kill := time.AfterFunc(delay, func() { process.Process.Kill() })
		process.Wait()
		kill.Stop()
		if fills {
			if err := os.Remove(filler); err != nil {
				t.Fatal(err)
			}
		}
		for line := range strings.Lines(stdout.String()) {
			if path, found := strings.CutPrefix(line, "Checkpoint: "); found {
				fmt.Sscanf(filepath.Base(path), "epoch-%d", &complete)
			}
		}
		for _, left := range []string{".unfinished", ".removed"} {
			if _, err := os.Stat(filepath.Join(dir, left)); err == nil {
				outcomes["the training was killed while it used "+left]++
			}
		}
		_, ending, ended := strings.Cut(stdout.String(), endLine+" ")
		ending, _, _ = strings.Cut(ending, "\n")

		paths, err := meanflow.Checkpoints(dir)
		if len(paths) == 0 {
			if complete >= 0 {
				t.Fatalf("crash %d: no checkpoints (error %v), but epoch %d was complete\n%s",
					crash, err, complete, stderr.String())
			}
			outcomes["no checkpoint was written before the crash"]++
			continue
		}
		m, err := meanflow.Load(dir)
		switch {
		case complete < 0 && err != nil && strings.Contains(err.Error(), "no checkpoint is intact"):
			outcomes["no checkpoint was intact, which the error says"]++
			startAnew()
			continue
		case err != nil || m.Epoch() < complete:
			t.Fatalf("crash %d: loaded %v (error %v), but epoch %d was complete\n%s%s",
				crash, m, err, complete, stdout.String(), stderr.String())
		case ended && ending == "<nil>":
			outcomes["the training reached its last epoch"]++
			// Train loads the finished model for the engine that trained it.
			m := train(t, crashing(t, dir))
			if !slices.Equal(m.Losses(), whole.Losses()) ||
				!slices.Equal(concat(sample(t, m, 50, 1)), concat(sample(t, whole, 50, 1))) {
				t.Fatalf("crash %d: the model differs from the one trained without crashes", crash)
			}
			startAnew()
			continue
		case ended && !strings.Contains(ending, "no space left"):
			t.Fatalf("crash %d: the training failed: %s", crash, ending)
		default:
			outcomes[intact]++
		}
		complete = m.Epoch()
		if random.IntN(2) == 0 {
			complete = damageOne(t, random, paths, outcomes)
		}
	}
	for _, outcome := range slices.Sorted(maps.Keys(outcomes)) {
		t.Logf("%4d × %s", outcomes[outcome], outcome)
	}
	if outcomes[intact] < *crashes/4 {
		t.Errorf("%d of %d crashes happened during training, want at least a quarter",
			outcomes[intact], *crashes)
	}
}

// damageOne damages a file of the last or the second to last checkpoint. It returns the epoch of
// the newest intact checkpoint, or -1 if none is intact.
func damageOne(t *testing.T, random *rand.Rand, paths []string, outcomes map[string]int) int {
	t.Helper()
	path := paths[len(paths)-1-random.IntN(min(2, len(paths)))]
	files, err := os.ReadDir(path)
	if err != nil {
		t.Fatal(err)
	}
	kinds := slices.Sorted(maps.Keys(damages))
	kind := kinds[random.IntN(len(kinds))]
	file := files[random.IntN(len(files))].Name()
	if err := damages[kind](filepath.Join(path, file)); err != nil {
		t.Fatal(err)
	}
	outcomes["a file was damaged: "+kind]++
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

// A training goes on if a checkpoint can't be written, and leaves no incomplete checkpoint. A child
// process limits the size of its files, which acts like a full disk.
func TestFullDisk(t *testing.T) {
	const variable = "MEANFLOW_FULL_DISK_TEST"
	if dir := os.Getenv(variable); dir != "" {
		trainOnFullDisk(t, dir)
		return
	}
	dir := t.TempDir()
	process := exec.Command(os.Args[0], "-test.run=^TestFullDisk$")
	process.Env = append(os.Environ(), variable+"="+dir)
	out, err := process.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{
		"epoch 2: no checkpoint could be written: ",
		"epoch 3: no checkpoint could be written: ",
		"the last checkpoint is " + filepath.Join(dir, "for-a-while/epoch-000001"),
		"epoch 5: the last checkpoint could not be written: ",
		"the last checkpoint is " + filepath.Join(dir, "to-the-end/epoch-000001"),
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the output is %q, want it to contain %q", out, want)
		}
	}
	for folder, want := range map[string][]string{
		"for-a-while": {"epoch-000000", "epoch-000001", "epoch-000004", "epoch-000005"},
		"to-the-end":  {"epoch-000000", "epoch-000001"},
	} {
		paths, err := meanflow.Checkpoints(filepath.Join(dir, folder))
		if err != nil || len(paths) != len(want) {
			t.Fatalf("%s: the checkpoints are %v (error %v), want %v", folder, paths, err, want)
		}
		for i, path := range paths {
			if _, err := meanflow.Load(path); err != nil || filepath.Base(path) != want[i] {
				t.Errorf("%s: loading it gave the error %v, want %s to load", path, err, want[i])
			}
		}
	}
}

// trainOnFullDisk trains two models into folders of dir. The disk is full from the second epoch on,
// for the first model until the fourth epoch, for the second model until the end.
func trainOnFullDisk(t *testing.T, dir string) {
	signal.Ignore(syscall.SIGXFSZ)
	limitFileSize := func(size uint64) {
		var limit syscall.Rlimit
		if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
			t.Fatal(err)
		}
		limit.Cur = min(size, limit.Max)
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
			t.Fatal(err)
		}
	}
	const noLimit = 1<<63 - 1
	// trainWhile makes the disk full when the progress shows the line full, and free when it shows
	// the line free.
	trainWhile := func(folder, full, free string) (*meanflow.Model, error) {
		config := small(enginetest.PureGo(t))
		config.CheckpointDir = filepath.Join(dir, folder)
		config.Epochs, config.CheckpointEvery = 5, 1
		config.ProgressWriter = writerFunc(func(p []byte) (int, error) {
			switch {
			case bytes.HasPrefix(p, []byte(full)):
				limitFileSize(3000) // The variables take 4,672 bytes.
			case bytes.HasPrefix(p, []byte(free)):
				limitFileSize(noLimit)
			}
			return len(p), nil
		})
		return meanflow.Train(t.Context(), config)
	}
	if _, err := trainWhile("for-a-while", "Epoch [2/5]", "Epoch [4/5]"); err != nil {
		t.Fatal(err)
	}
	m, err := trainWhile("to-the-end", "Epoch [2/5]", "never")
	limitFileSize(noLimit)
	fmt.Fprintln(os.Stderr, err)
	// Train returns the model together with the error.
	if m == nil || m.Epoch() != 5 {
		t.Fatalf("the model is %v, want the one after epoch 5", m)
	}
	sample(t, m, 10, 1)
}
