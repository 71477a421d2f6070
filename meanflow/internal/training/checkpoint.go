package training

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/internal/snapshot"
)

// descriptionFile is the file with a checkpoint's description. A checkpoint is a snapshot of this
// file and of the files in which GoMLX saves the variables (weights, Adam's moments, the random
// state).
const descriptionFile = "meanflow.json"

// format is the version of the description. It increases when the meaning of the description
// changes.
const format = 3

// description describes the training of a checkpoint: its fixed properties and its state.
type description struct {
	Format  int               `json:"format"`
	Model   json.RawMessage   `json:"model"`   // Config.Metadata.
	Recipe  Recipe            `json:"recipe"`  // What decides the result.
	Weights map[string]string `json:"weights"` // The shape of each array of weights, by its path.
	State   State             `json:"state"`
}

// checkpoint writes a checkpoint, and removes those that exceed MaxCheckpoints.
func (t *training) checkpoint() error {
	d := t.description
	d.State = t.State
	path, err := t.folder.Write(t.position(), func(folder string) error {
		return d.write(folder, t.Store, isResumable)
	})
	if path != "" {
		t.checkpointed = path
	}
	if err != nil {
		return err
	}
	t.progress.checkpoint(path)
	if err := t.folder.Prune(t.MaxCheckpoints); err != nil {
		Warn("older checkpoints could not be removed: %v", err)
	}
	return nil
}

// write writes the description and the variables whose paths are kept into a folder.
func (d description) write(
	folder string, store *model.Store, isKept func(path string) bool,
) error {
	if err := encodeVariables(store, folder, isKept); err != nil {
		return err
	}
	text, err := json.MarshalIndent(d, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, descriptionFile), append(text, '\n'), 0o666)
}

// Checkpoint is the content of a checkpoint.
type Checkpoint struct {
	Path        string
	describedIn string // Where the description is, for errors.
	description description
	// The variables are in the files of a snapshot, or they are the weights alone.
	files   map[string][]byte
	weights Weights
}

// ReadCheckpoint reads a checkpoint, or the newest intact checkpoint in a folder. It warns about
// damaged checkpoints that are newer.
func ReadCheckpoint(from snapshot.Source) (*Checkpoint, error) {
	if from.IsSnapshot() {
		read, err := from.Read(descriptionFile)
		if err != nil {
			return nil, err
		}
		return decodeCheckpoint(read)
	}
	newest, damaged, err := from.Newest(descriptionFile)
	if err != nil {
		return nil, err
	}
	for _, damage := range damaged {
		Warn("%v: skipping it", damage)
	}
	return decodeCheckpoint(newest)
}

// decodeCheckpoint decodes the description in a snapshot.
func decodeCheckpoint(read *snapshot.Snapshot) (*Checkpoint, error) {
	c := &Checkpoint{
		Path: read.Path, describedIn: filepath.Join(read.Path, descriptionFile), files: read.Files,
	}
	if err := c.decodeDescription(read.Files[descriptionFile], &c.description); err != nil {
		return nil, err
	}
	return c, c.checkState()
}

// decodeDescription decodes the text of a description.
func (c *Checkpoint) decodeDescription(text []byte, into any) error {
	// Decode the format first, because the fields may have other types in another format.
	var head struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return fmt.Errorf("%s: %w", c.describedIn, err)
	}
	if head.Format != format {
		return fmt.Errorf("%s: format %d, this version reads format %d: train the model anew",
			c.describedIn, head.Format, format)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s: %w", c.describedIn, err)
	}
	return nil
}

// checkState returns an error if the fields of the state contradict each other.
func (c *Checkpoint) checkState() error {
	if err := c.description.State.check(); err != nil {
		return fmt.Errorf("%s: %w", c.describedIn, err)
	}
	return nil
}

// Metadata decodes the training's Config.Metadata.
func (c *Checkpoint) Metadata(into any) error {
	if err := json.Unmarshal(c.description.Model, into); err != nil {
		return fmt.Errorf("%s: %w", c.describedIn, err)
	}
	return nil
}

// State returns the state of the training.
func (c *Checkpoint) State() State { return c.description.State }

// Restore reads the variables into an empty store. The error is a [MismatchError] if the network
// that build builds has other weights.
func (c *Checkpoint) Restore(
	store *model.Store, backend compute.Backend, build func(*model.Scope, *Graph),
	emaDecays []float64,
) error {
	if err := c.checkWeights(backend, build); err != nil {
		return err
	}
	if c.weights != nil {
		return c.weights.restore(store, emaDecays)
	}
	if err := decodeVariables(store, c.files, c.description.Weights, emaDecays); err != nil {
		return fmt.Errorf("the checkpoint %s can't be read: %w", c.Path, err)
	}
	return nil
}

// checkWeights compares the shapes of the network's weights with the checkpoint's.
func (c *Checkpoint) checkWeights(
	backend compute.Backend, build func(*model.Scope, *Graph),
) error {
	store := model.NewStore()
	defer store.Finalize()
	err := buildOnce(backend, store, func(g *Graph) { build(store.RootScope(), g) })
	if err != nil {
		return fmt.Errorf("the network can't be built: %w", err)
	}
	differences := compareWeights(c.description.Weights, weights(store))
	if len(differences) > 0 {
		return &MismatchError{Checkpoint: c.Path, Differences: differences}
	}
	return nil
}

// compareWeights compares the shapes of two networks' weights, by their paths.
func compareWeights(was, is map[string]string) (differences []Difference) {
	all := maps.Clone(was)
	maps.Copy(all, is)
	for _, path := range slices.Sorted(maps.Keys(all)) {
		if was[path] != is[path] {
			differences = append(differences, Difference{
				Field:      "the network's " + path,
				Checkpoint: orMissing(was[path]),
				Now:        orMissing(is[path]),
			})
		}
	}
	return differences
}

// orMissing returns a shape, or "missing" if it is empty.
func orMissing(shape string) string {
	if shape == "" {
		return "missing"
	}
	return shape
}

// network returns the scope of the network's weights.
func network(store *model.Store) *model.Scope { return store.RootScope().At(NetworkScope) }

// weights returns the shape of each array of the network's weights, by its path.
func weights(store *model.Store) map[string]string {
	shapes := map[string]string{}
	for variable := range network(store).IterVariables() {
		shapes[variable.Path()] = variable.Shape().String()
	}
	return shapes
}
