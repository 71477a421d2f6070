package meanflow_test

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"testing"

	"github.com/gomlx/compute"

	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/scale"
)

// stream returns the chunks that a model streams.
func stream(t *testing.T, m *meanflow.Model, n, steps int) (chunks [][]float32) {
	t.Helper()
	for points, err := range m.Stream(n, steps, 7) {
		if err != nil {
			t.Fatal(err)
		}
		chunks = append(chunks, points)
	}
	return chunks
}

// rounded returns the coordinates of all points as float32.
func rounded(points [][]float64) (flat []float32) {
	for _, coordinate := range concat(points) {
		flat = append(flat, float32(coordinate))
	}
	return flat
}

// The chunks, one after the other, are the points of Sample. All chunks but the last are full.
func TestStreamEqualsSample(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		m := train(t, small(engine))
		for _, test := range []struct{ n, steps, chunks int }{
			{1, 1, 1}, {8192, 3, 1}, {16_385, 2, 3},
		} {
			name := fmt.Sprint(test.n, " points")
			chunks := stream(t, m, test.n, test.steps)
			if len(chunks) != test.chunks {
				t.Fatalf("%s: %d chunks, want %d", name, len(chunks), test.chunks)
			}
			for i, points := range chunks {
				if want := min(test.n-i*8192, 8192) * m.Dim(); len(points) != want {
					t.Errorf("%s: chunk %d has %d coordinates, want %d", name, i, len(points), want)
				}
			}
			want := rounded(sample(t, m, test.n, test.steps))
			if !slices.Equal(slices.Concat(chunks...), want) {
				t.Errorf("%s: the chunks are not the points of Sample", name)
			}
		}
	})
}

// Chunks are in the units of the data: shifted, stretched, by quantiles, and beyond float32.
func TestStreamScales(t *testing.T) {
	beyond := scaled{points: []scale.Column{{Centre: 1e300, Scale: 1e299}, scale.Identity()}}
	for name, data := range map[string]scaled{"far": far, "curved": curved, "beyond": beyond} {
		m := constant(t, data)
		points := slices.Concat(stream(t, m, 9000, 1)...)
		if !slices.Equal(points, rounded(sample(t, m, 9000, 1))) {
			t.Errorf("%s: the chunks are not the points of Sample", name)
		}
		if isInfinite := math.IsInf(float64(points[0]), 1); isInfinite != (name == "beyond") {
			t.Errorf("%s: the first coordinate is %v", name, points[0])
		}
	}
}

// A sequence gives the same points each time, ends when its loop does, and its loop can use the
// model. A chunk belongs to the caller.
func TestStreamIsASequence(t *testing.T) {
	m := train(t, small(enginetest.PureGo(t)))
	sequence := m.Stream(9000, 1, 7)
	want := sample(t, m, 9000, 1)
	for range 2 {
		var all []float32
		for points, err := range sequence {
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, points...)
			sample(t, m, 10, 1)
			for i := range points {
				points[i] = 0
			}
		}
		if !slices.Equal(all, rounded(want)) {
			t.Error("the chunks are not the points of Sample")
		}
	}
	chunks := 0
	for range sequence {
		chunks++
		break
	}
	if chunks != 1 {
		t.Errorf("the loop ran %d times after its break, want 1", chunks)
	}
}

// Arguments that Sample refuses are the only element of a sequence, with the same reasons.
func TestStreamRefuses(t *testing.T) {
	m := train(t, small(enginetest.PureGo(t)))
	for _, test := range []struct {
		n, steps int
		wants    []string
	}{
		{0, 1, []string{"Stream", "number of points", "0"}},
		{1, 0, []string{"Stream", "number of steps", "0"}},
		{1_000_000_000, 1, []string{"Stream", "number of points", "1000000000"}},
	} {
		elements := 0
		for points, err := range m.Stream(test.n, test.steps, 7) {
			elements++
			check.Error(t, err, test.wants...)
			if points != nil {
				t.Errorf("%v: %d coordinates with the error", test, len(points))
			}
		}
		if elements != 1 {
			t.Errorf("%v: %d elements, want 1", test, elements)
		}
	}
}

// A sequence keeps nothing of its earlier chunks. Ten chunks of 8,192 points would take 0.6 MB, and
// Sample's points 3.2 MB: two float64 and a slice's header of 24 bytes each.
func TestStreamIsBounded(t *testing.T) {
	m := train(t, small(enginetest.PureGo(t)))
	var first, most uint64
	for _, err := range m.Stream(10*8192, 1, 7) {
		if err != nil {
			t.Fatal(err)
		}
		runtime.GC()
		var memory runtime.MemStats
		runtime.ReadMemStats(&memory)
		if first == 0 {
			first = memory.HeapAlloc
		}
		most = max(most, memory.HeapAlloc)
	}
	if kept := most - first; kept > 200_000 {
		t.Errorf("%d bytes more are in use than at the first chunk, want at most 200,000", kept)
	}
}
