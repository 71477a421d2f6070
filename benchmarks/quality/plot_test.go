package main

import (
	"testing"

	"github.com/meanflow-go/meanflow/plotting"
)

// A line has the recipe's own numbers of training steps, and no others of -steps.
func TestFigureHasOwnLengths(t *testing.T) {
	var all report
	text := func() string {
		return plotting.Row(all.panel(newPlane("spiral"))).AltText()
	}
	all.put(of("recommended", 1000, 0, 0.5))
	one := text()
	far := of("recommended", 500_000, 0, 0.001)
	far.Seconds = 5000
	all.put(far)
	if got := text(); got != one {
		t.Errorf("with a length that no recipe lists, the figure is %q, want %q", got, one)
	}
	all.put(of("recommended", 3000, 0, 0.25))
	if got := text(); got == one {
		t.Errorf("with a second length of the recipe, the figure is still %q", got)
	}
}
