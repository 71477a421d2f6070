package random_test

import (
	"testing"

	"github.com/meanflow-go/meanflow/internal/exit"
)

func TestMain(m *testing.M) { exit.Exit(m.Run()) }
