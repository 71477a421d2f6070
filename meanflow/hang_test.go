package meanflow_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
)

var hangSteps = flag.Int("hang-steps", 200,
	"how many steps TestPureGoDoesNotHang trains with each number of processors")

// The pure-Go engine does not deadlock. With its default parallelism, all of its workers can wait
// for each other: with one processor, within the first steps of this training. The child processes
// run at once, so that they compete for processors.
func TestPureGoDoesNotHang(t *testing.T) {
	const variable = "MEANFLOW_HANG_TEST"
	if os.Getenv(variable) != "" {
		_, err := meanflow.Train(t.Context(), meanflow.Config{
			Data: datasets.Checkerboard{}, BatchSize: 256, BatchesPerEpoch: *hangSteps, Epochs: 1,
			Backend: enginetest.PureGo(t),
		})
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	enginetest.Long(t)
	limit := max(3*time.Minute, time.Duration(*hangSteps)*200*time.Millisecond)
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	var running sync.WaitGroup
	for _, processors := range []int{1, 2, 16} {
		running.Go(func() {
			command := exec.CommandContext(ctx, os.Args[0],
				"-test.run=^TestPureGoDoesNotHang$", fmt.Sprint("-hang-steps=", *hangSteps))
			command.Env = append(os.Environ(),
				variable+"=1", fmt.Sprint("GOMAXPROCS=", processors))
			out, err := command.CombinedOutput()
			if err != nil || !bytes.HasPrefix(out, []byte("PASS")) {
				t.Errorf("with %d processors: %v\n%s", processors, err, out)
			}
		})
	}
	running.Wait()
}
