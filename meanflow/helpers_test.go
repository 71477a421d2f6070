package meanflow_test

import (
	"context"
	"os"
	"slices"
	"testing"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/network"
)

// small returns a configuration whose training takes about a second.
func small(engine compute.Backend) meanflow.Config {
	return meanflow.Config{
		Data:            datasets.Checkerboard{},
		Network:         network.MLP{Width: 16, Depth: 2},
		Epochs:          4,
		BatchesPerEpoch: 3,
		BatchSize:       64,
		CheckpointEvery: 2,
		Backend:         engine,
	}
}

// train trains a model and ends the test if Train returns an error.
func train(t *testing.T, config meanflow.Config) *meanflow.Model {
	t.Helper()
	m, err := meanflow.Train(context.Background(), config)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// sample generates n points [n][dim] with a fixed seed.
func sample(t *testing.T, m *meanflow.Model, n, steps int) [][]float64 {
	t.Helper()
	points, err := m.Sample(n, steps, 7)
	if err != nil {
		t.Fatal(err)
	}
	return points
}

// field evaluates u(x, t, r) at the points, [n][dim].
func field(t *testing.T, m *meanflow.Model, points [][]float64, at, from float64) [][]float64 {
	t.Helper()
	values, err := m.AverageVelocity(points, at, from)
	if err != nil {
		t.Fatal(err)
	}
	return values
}

// seededStore returns a store that holds only a seeded random state.
func seededStore(t *testing.T, seed int64) *model.Store {
	t.Helper()
	store := model.NewStore()
	if err := store.SetRNGStateFromSeed(seed); err != nil {
		t.Fatal(err)
	}
	return store
}

// concat returns the coordinates of all points, one point after the other.
func concat(points [][]float64) []float64 { return slices.Concat(points...) }

// writerFunc makes a function an io.Writer.
type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// overwrite replaces the content of a file.
func overwrite(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// read returns the content of a file.
func read(t testing.TB, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// withStandardError returns what is written to standard error during a call.
func withStandardError(t *testing.T, call func()) string {
	t.Helper()
	file, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	before := os.Stderr
	os.Stderr = file
	defer func() { os.Stderr = before }()
	call()
	return string(read(t, file.Name()))
}

// ownNetwork is a custom network, which ignores r and transforms its input. The pure-Go engine
// would compute its product of [n, d] and [n, 1] wrongly in a loop (see [engine.Loop]).
var ownNetwork = network.Func(func(scope *model.Scope, in network.Input) *Node {
	in.X, in.R = Mul(activation.Swish(in.X), OnePlus(in.T)), in.T
	return network.MLP{Width: 8, Depth: 1}.Velocity(scope.At("inner"), in)
})

// constantNetwork returns its only weight w, which begins at 1, everywhere.
var constantNetwork = network.Func(func(scope *model.Scope, in network.Input) *Node {
	w := scope.VariableWithValue("w", []float32{1}).NodeValue(in.X.Graph())
	return Add(ZerosLike(in.X), ExpandLeftToRank(w, 2))
})
