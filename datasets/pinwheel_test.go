package datasets_test

import (
	"testing"

	"github.com/meanflow-go/meanflow/datasets"
)

func TestPinwheel(t *testing.T) {
	// A rotation by 2π/5 leaves the distribution as it is, so its variance is the same in all
	// directions: half of the mean squared distance, 1 + 0.3² along an arm and 0.1² across.
	const half = (1 + 0.09 + 0.01) / 2
	checkDrawnMoments(t, datasets.Pinwheel{}, moments{0, 0, half, half, 0}, tolerance)
}
