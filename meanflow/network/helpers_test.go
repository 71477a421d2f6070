package network_test

import (
	"testing"

	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/internal/exit"
)

// TestMain ends the process by [exit.Exit]: XLA's plugin crashes when the race detector ends a
// process.
func TestMain(m *testing.M) { exit.Exit(m.Run()) }

// seededStore returns a store that holds only a seeded random state.
func seededStore(t *testing.T, seed int64) *model.Store {
	t.Helper()
	store := model.NewStore()
	if err := store.SetRNGStateFromSeed(seed); err != nil {
		t.Fatal(err)
	}
	return store
}
