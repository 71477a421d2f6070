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

var trainings = flag.Int("trainings", 0, "how many models to train one after the other in "+
	"TestTrainingLeavesNothingOpen")

// resources are what a process could lose little by little.
type resources struct {
	goroutines, files int
	heap, resident    int // In bytes. XLA's memory is not on Go's heap.
}

func used(t *testing.T) resources {
	t.Helper()
	for range 3 { // Finalizers run in between.
		runtime.GC()
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	files, err := os.ReadDir("/dev/fd")
	if err != nil {
		t.Fatal(err)
	}
	var pages int
	if statistics, err := os.ReadFile("/proc/self/statm"); err == nil { // Of Linux.
		if _, err := fmt.Sscan(string(statistics), new(int), &pages); err != nil {
			t.Fatal(err)
		}
	}
	return resources{runtime.NumGoroutine(), len(files), int(memory.HeapAlloc),
		pages * os.Getpagesize()}
}

// A process may train thousands of models.
func TestTrainingLeavesNothingOpen(t *testing.T) {
	enginetest.Long(t)
	backend.KeepMemory() // So that what XLA's compiler takes can be returned.
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		count, first := *trainings, 10
		if count == 0 && engine.String() == "go" {
			count = 300
		} else if count == 0 {
			count, first = 5, 4 // Each compiles for half a second.
		}
		config := small(engine)
		config.Epochs, config.BatchesPerEpoch = 1, 1
		run := func(i int) {
			config := config
			if i%10 == 0 { // Not always, since writing takes most of the time.
				config.CheckpointDir = filepath.Join(t.TempDir(), "model")
			}
			sample(t, train(t, config), 5, 1)
		}
		for i := range first {
			run(i)
		}
		backend.ReturnMemory() // What sampling left, too.
		before := used(t)
		for i := range count {
			run(i)
		}
		backend.ReturnMemory()
		after := used(t)
		t.Logf("before %+v, after %d trainings %+v", before, count, after)
		if after.goroutines > before.goroutines+2 || after.files > before.files+2 ||
			after.heap > before.heap+10<<20 || after.resident > before.resident+20<<20 {
			t.Errorf("before %+v, after %d trainings %+v", before, count, after)
		}
	})
}
