package meanflow_test

import (
	"testing"

	"github.com/meanflow-go/meanflow/internal/exit"
)

// TestMain ends the process by [exit.Exit]: XLA's plugin crashes when the race detector ends a
// process.
func TestMain(m *testing.M) { exit.Exit(m.Run()) }
