package plotting

import (
	"testing"
	"time"
)

func TestLivePauses(t *testing.T) {
	var live Live
	start := time.Unix(0, 0)
	for _, test := range []struct{ took, want time.Duration }{
		{10 * time.Millisecond, 1010 * time.Millisecond}, // A second later,
		{time.Second, 10 * time.Second},                  // or so that it took a tenth of the time.
	} {
		if next := live.after(start, start.Add(test.took)); next.Sub(start) != test.want {
			t.Errorf("after %v, the next picture is due at %v, want %v",
				test.took, next.Sub(start), test.want)
		}
	}
}
