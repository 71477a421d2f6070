package meanflow_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/gomlx/compute"

	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow/backend"
)

var trainings = flag.Int("trainings", 0,
	"how many models TestTrainingLeavesNothingOpen trains, 0 for a few")

// resources are what a process could leak.
type resources struct {
	goroutines, files int
	heap, resident    int // In bytes. XLA's memory is not on Go's heap.
}

// used returns the resources that the process uses.
func used(t *testing.T) resources {
	t.Helper()
	for range 3 { // Finalizers run between the collections.
		runtime.GC()
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	files, err := os.ReadDir("/dev/fd")
	if err != nil {
		t.Fatal(err)
	}
	var pages int
	if statistics, err := os.ReadFile("/proc/self/statm"); err == nil { // On Linux.
		if _, err := fmt.Sscan(string(statistics), new(int), &pages); err != nil {
			t.Fatal(err)
		}
	}
	return resources{
		goroutines: runtime.NumGoroutine(),
		files:      len(files),
		heap:       int(memory.HeapAlloc),
		resident:   pages * os.Getpagesize(),
	}
}

// Trainings leak no resources, so that a process can train thousands of models.
func TestTrainingLeavesNothingOpen(t *testing.T) {
	enginetest.Long(t)
	backend.KeepMemory() // It enables ReturnMemory, which returns what XLA's compiler took.
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		count, first := *trainings, 10
		if count == 0 && engine.String() == "go" {
			count = 100
		} else if count == 0 {
			count, first = 4, 3 // XLA compiles each training for half a second.
		}
		config := small(engine)
		config.Epochs, config.BatchesPerEpoch = 1, 1
		trainOne := func(i int) {
			config := config
			if i%10 == 0 { // Write few checkpoints, since writing takes most of the time.
				config.CheckpointDir = filepath.Join(t.TempDir(), "model")
			}
			sample(t, train(t, config), 5, 1)
		}
		for i := range first {
			trainOne(i)
		}
		backend.ReturnMemory() // Train returned its memory, but sampling did not.
		before := used(t)
		for i := range count {
			trainOne(i)
		}
		backend.ReturnMemory()
		after := used(t)
		t.Logf("before %+v, after %d trainings %+v", before, count, after)
		if after.goroutines > before.goroutines+2 || after.files > before.files+2 ||
			after.heap > before.heap+10<<20 || after.resident > before.resident+20<<20 {
			t.Errorf("the process uses %+v, and %+v after %d trainings", before, after, count)
		}
	})
}
