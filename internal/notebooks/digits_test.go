package notebooks

import (
	"strings"
	"testing"
)

// Hardly trained, in pure Go, which needs no compilation: what this checks is that every cell runs,
// and what does not depend on training. With -default-size it trains on XLA.
func TestDigits(t *testing.T) {
	needsKernel(t)
	t.Parallel()
	// The notebook is executed in a folder in .local.
	engine := "go"
	if *atDefaultSize {
		engine = "xla"
	}
	book := execute(t, digits, engine, append(parameters(
		"epochs=1", "batches=4", "trainOn=2_000", "perTest=100"),
		`mnist="../../notebooks/data/mnist"`)...)
	checkOutputs(t, book)
	checkDigits(t, book.printed())
}

// The committed notebook shows what it claims. A real image would be recognised in 0.99 of all
// cases, and one that went through the autoencoder in 0.98.
func TestCommittedDigits(t *testing.T) {
	printed := read(t, digits).printed()
	checkDigits(t, printed)
	floor := cells(t, printed, "through the autoencoder | ")[0]
	slow := cells(t, printed, "flow matching | 100")
	hasty := cells(t, printed, "flow matching | 1")
	oneStep := cells(t, printed, "mean flow | 1")
	within(t, "flow matching in 100 steps, Fréchet distance", slow[:1], floor/2, 3*floor)
	within(t, "mean flow in one step, Fréchet distance", oneStep[:1], floor/2, 1.2*slow[0])
	within(t, "flow matching in one step, Fréchet distance", hasty[:1], 5*slow[0], 1000)
	within(t, "mean flow in one step, agreement", oneStep[1:], 0.95, 1)
	unseen := cells(t, printed, "reconstructed test images")[0]
	within(t, "samples, nearest", cells(t, printed, "samples")[:1], 0.9*unseen, 1.1*unseen)
}

// checkDigits checks what the notebook prints after any training.
func checkDigits(t *testing.T, printed string) {
	t.Helper()
	for _, want := range []string{
		"10000 test images of 28 × 28 pixels, 784 coordinates each",
		"600 images of 28 × 28 × 1",
		"classes: 0, 1, 2",
	} {
		if !strings.Contains(printed, want) {
			t.Errorf("the notebook does not print %q:\n%s", want, printed)
		}
	}
	within(t, "training images, nearest", cells(t, printed, "training images"), 0, 0)
}
