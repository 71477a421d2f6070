package datasets_test

import (
	"testing"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/enginetest"
)

func TestGaussian(t *testing.T) {
	// The variance of x² is 2, so its mean has the standard deviation √(2/n), about 0.003.
	checkDrawnMoments(t, datasets.Gaussian{}, moments{0, 0, 1, 1, 0}, 1.5*tolerance)
}

func TestGaussianParameters(t *testing.T) {
	gaussian := datasets.Gaussian{Deviation: 0.5, Dimensions: 3}
	points := drawOn(t, enginetest.PureGo(t), gaussian, 1)
	if len(points[0]) != 3 {
		t.Fatalf("points have %d coordinates, want 3", len(points[0]))
	}
	checkMoments(t, points, moments{0, 0, 0.25, 0.25, 0}, tolerance)
}
