package training

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/train/optimizer"

	"github.com/meanflow-go/meanflow/meanflow/backend"
	"github.com/meanflow-go/meanflow/meanflow/internal/initial"
)

// Weights are the values of a network's weights, by their paths.
type Weights map[string]*tensors.Tensor

// CopyWeights copies the weights in a scope of a store, [NetworkScope] or an [EMAScope], to memory
// that no engine owns. The paths are those in NetworkScope.
func CopyWeights(store *model.Store, scope string) (Weights, error) {
	from := store.RootScope().At("%s", scope)
	copied := Weights{}
	for variable := range from.IterVariables() {
		value, err := variable.Value()
		if err != nil {
			return nil, err
		}
		path := strings.TrimPrefix(variable.Path(), from.Scope())
		if copied[network(store).Scope()+path], err = value.LocalClone(); err != nil {
			return nil, err
		}
	}
	return copied, nil
}

// Hash returns the first 16 hex digits of a SHA-256 of the paths, the shapes and the values.
func (w Weights) Hash() (string, error) {
	hash := sha256.New()
	for _, path := range slices.Sorted(maps.Keys(w)) {
		fmt.Fprintln(hash, path, w[path].Shape())
		if err := w[path].ConstBytes(func(data []byte) { hash.Write(data) }); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%x", hash.Sum(nil)[:8]), nil
}

// shapes returns the shape of each array of the weights, by its path.
func (w Weights) shapes() map[string]string {
	shapes := map[string]string{}
	for path, value := range w {
		shapes[path] = value.Shape().String()
	}
	return shapes
}

// restore puts the weights into an empty store. There are no moving averages of them.
func (w Weights) restore(store *model.Store, emaDecays []float64) error {
	if len(emaDecays) > 0 {
		return fmt.Errorf("the model has moving averages with the decays %v, but the file has "+
			"the weights of one network only", emaDecays)
	}
	for path, value := range w {
		if _, err := store.CreateVariable(path, value); err != nil {
			return err
		}
	}
	return nil
}

// beginWeights gives the network's variables, which have no values yet, those of InitialWeights.
// The error is a [MismatchError] if the network has other weights.
func (c Config) beginWeights() error {
	if c.InitialWeights == nil {
		return nil
	}
	differences := compareWeights(c.InitialWeights.shapes(), weights(c.Store))
	if len(differences) > 0 {
		return &MismatchError{Checkpoint: "Config.InitialModel", Differences: differences}
	}
	for path, value := range c.InitialWeights {
		if err := c.Store.GetVariable(path).SetValue(value); err != nil {
			return err
		}
	}
	return nil
}

// drawWeights gives weights that have no values their initial ones.
func (c Config) drawWeights() error {
	if !backend.IsPureGo(c.Engine) { // It compiles nothing, and draws other numbers.
		if err := initial.Draw(c.Store); err != nil {
			return err
		}
	}
	return c.Store.InitializeVariables(c.Engine, nil)
}

// beginAdam gives Adam's variables without values their initial ones, zeros, so that no graph is
// compiled for them.
func (c Config) beginAdam() error {
	for variable := range c.Store.RootScope().At(optimizer.AdamDefaultScope).IterVariables() {
		if variable.HasValue() {
			continue
		}
		if err := variable.SetValue(tensors.FromShape(variable.Shape())); err != nil {
			return err
		}
	}
	return nil
}
