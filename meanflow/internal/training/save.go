package training

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/internal/snapshot"
)

// Save writes the weights in a store and their moving averages to a path, as a checkpoint that can
// be read but not resumed: it has neither the optimizer's state nor a recipe. The path must not
// exist or be an earlier such checkpoint, which is replaced. It must not be a checkpoint of a
// training.
func Save(
	path string, store *model.Store, metadata json.RawMessage, emaDecays []float64, state State,
) error {
	read, err := snapshot.Read(path, descriptionFile)
	var damaged *snapshot.DamagedError
	if err != nil && !errors.As(err, &damaged) {
		return err
	}
	if err == nil {
		if old, err := decodeCheckpoint(read); err == nil && len(old.description.Recipe) > 0 {
			return fmt.Errorf("%s is a checkpoint of a training: choose another folder", path)
		}
	}
	scopes := []string{NetworkScope}
	for k := range emaDecays {
		scopes = append(scopes, EMAScope(k))
	}
	isWeight := func(path string) bool {
		scope, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
		return slices.Contains(scopes, scope)
	}
	saved := description{Format: format, Model: metadata, Weights: weights(store), State: state}
	return snapshot.Save(path, Warn, func(folder string) error {
		return saved.write(folder, store, isWeight)
	})
}
