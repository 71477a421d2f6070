package meanflow_test

import (
	"testing"

	"github.com/meanflow-go/meanflow/internal/exit"
)

// Tests use XLA, whose plugin does not survive how the race detector ends a process.
func TestMain(m *testing.M) { exit.Exit(m.Run()) }
