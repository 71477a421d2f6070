package meanflow

import (
	"encoding/json"
	"fmt"

	"github.com/meanflow-go/meanflow/meanflow/internal/training"
)

// Save writes the model to the folder dir, for [Load]. dir must not exist, be empty, or be an
// earlier saved model, which is replaced, or a symbolic link to one; a checkpoint of a training is
// not replaced. A saved model has the weights and their moving averages but not the optimizer's
// state, so it takes less space than a checkpoint, and a training can't be resumed from it. What
// [Model.WithEMA] chose is kept. A model with a custom network is loaded by [LoadWith].
func (m *Model) Save(dir string) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	saved := m.meta
	saved.Weights = m.weights
	meta, err := json.Marshal(saved)
	if err == nil {
		err = training.Save(dir, m.store, meta, m.meta.EMADecays, m.state)
	}
	if err != nil {
		return fmt.Errorf("meanflow: Save: %w", err)
	}
	return nil
}
