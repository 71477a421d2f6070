package notebooks

import (
	"flag"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/meanflow-go/meanflow/meanflow"
)

// The package builds the derivative of an activation in another way than the notebook's layer, and
// float32 rounds by up to 6e-8. The losses of a few epochs amplify that to less than this.
const xlaRounding = 1e-6

// tutorialSize is a value for the tutorial's size.
func tutorialSize(width, batchSize, batchesPerEpoch, epochs int) string {
	return fmt.Sprintf("Size{Width: %d, BatchSize: %d, BatchesPerEpoch: %d, "+
		"FlowMatchingEpochs: %[4]d, MeanFlowEpochs: %[4]d, "+
		"FlowMatchingOnSpiral: %[4]d, MeanFlowOnSpiral: %[4]d}",
		width, batchSize, batchesPerEpoch, epochs)
}

var atDefaultSize = flag.Bool("default-size", false,
	"execute the notebooks as they are committed, not at a size for tests")

// parameters are values for a notebook's parameters, or none with -default-size.
func parameters(values ...string) []string {
	if *atDefaultSize {
		return nil
	}
	return values
}

// At the tests' size, the tutorial trains for as many steps as at its default size, on smaller
// batches and with one seed, so the bounds are wider than those of the committed tables.
func TestTutorialOnXLA(t *testing.T) {
	needsKernel(t)
	t.Parallel() // Half of the time cells are compiled and linked, which keeps one core busy.
	size := tutorialSize(64, 512, 50, 20)
	book := execute(t, tutorial, "xla",
		parameters("size="+size, "small=size", "seeds=int64(1)")...)
	checkOutputs(t, book)
	printed := book.printed()
	if !strings.Contains(printed, "The engine: xla") {
		t.Errorf("not on XLA:\n%s", printed)
	}
	checkLossesByHand(t, printed, xlaRounding)
	checkArgument(t, printed)
	checkCollapse(t, printed)
	checkQuality(t, printed, quality{
		oneStep: 0.15, moreSteps: 0.15, flowMatching: 0.15, offInCheckerboard: 0.6,
	})
}

// Hardly trained: what this checks is that the code of every cell runs. Two seeds, to repeat
// trainings. That each cell runs in a process of its own is what [TestTutorialOnXLA] checks.
func TestTutorialInPureGo(t *testing.T) {
	needsKernel(t)
	t.Parallel()
	size := tutorialSize(8, 160, 2, 10) // One cell draws 120 pairs from a batch.
	book := executeJoined(t, tutorial, "go", "size="+size, "small=size", "seeds=int64(2)")
	checkOutputs(t, book)
	printed := book.printed()
	if !strings.Contains(printed, "The engine: go") {
		t.Errorf("not in pure Go:\n%s", printed)
	}
	checkLossesByHand(t, printed, 0)
	checkArgument(t, printed)
	// A single point at the centre of the checkerboard is at distance √0.75.
	const name = "checkerboard, mean flow"
	within(t, name, row(t, printed, distances, name), 0, 0.866)
}

// Hardly trained: what this checks is that every cell runs, and what does not depend on training.
func TestBeyondTheTutorial(t *testing.T) {
	needsKernel(t)
	t.Parallel()
	book := execute(t, beyond, "xla", parameters("epochs=1")...)
	checkOutputs(t, book)
	// The entropy of eight Gaussians that hardly overlap is that of one, 1 + ln 2πσ², plus ln 8.
	// The mean over 2,000 points is within five standard deviations of it, 1/√2,000 each.
	entropy := 1 + math.Log(2*math.Pi*0.15*0.15) + math.Log(8)
	own := number(t, book.printed(), "| the distribution's own |")
	if math.Abs(own+entropy) > 0.112 {
		t.Errorf("the mean log-likelihood of the data is %v, want %v", own, -entropy)
	}
}

// The stop button sends a signal, and kills a cell that has not ended five seconds later.
func TestStopButtonLeavesACheckpoint(t *testing.T) {
	needsKernel(t)
	workspace := read(t, tutorial).codeCells()[0] // Tells the kernel where the module is.
	const training = `%%
m, err := meanflow.Train(meanflow.UntilInterrupted(), meanflow.Config{
	Data: datasets.Checkerboard{}, Epochs: 1_000_000, BatchesPerEpoch: 2,
	CheckpointDir: "stopped", Resume: true, ProgressWriter: os.Stdout,
})
fmt.Println("The model:", m != nil, "the error:", err)`
	folder := emptyFolder(t)
	cells := []string{string(workspace.Source), training}
	printed := python(t, "go", "interrupt.py", append([]string{folder, "Epoch ["}, cells...)...)
	paths, err := meanflow.Checkpoints(filepath.Join(folder, "stopped"))
	if err != nil || len(paths) < 2 {
		t.Fatalf("checkpoints %v, %v\n%s", paths, err, printed)
	}
	newest := filepath.Base(paths[len(paths)-1])
	for _, want := range []string{"The model: true", "interrupt", "Config.Resume", newest} {
		if !strings.Contains(printed, want) {
			t.Errorf("the cell printed %q, want %q in it", printed, want)
		}
	}
	if m, err := meanflow.Load(filepath.Join(folder, "stopped")); err != nil || m.Epoch() < 1 {
		t.Errorf("loaded %v, %v", m, err)
	}
}
