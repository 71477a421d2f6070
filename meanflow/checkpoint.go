package meanflow

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"sync"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/backend"
)

// A folder of checkpoints holds one folder for each that was kept, "epoch-000010" for one after an epoch and
// "epoch-000010-batch-000003" for one of a training that was interrupted three batches later. In it are what GoMLX
// saves of the variables (weights, Adam's moments, the random state), checksums, and a description:
const descriptionFile = "meanflow.json"

// checkpointFormat changes with what the description means.
const checkpointFormat = 2

// description is what a checkpoint says of its model.
type description struct {
	Format    int               `json:"format"`
	Objective string            `json:"objective"`
	Average   bool              `json:"average_velocity"`
	Dim       int               `json:"dim"`
	MLP       *MLP              `json:"mlp"`     // nil for a network of the user's own.
	Weights   map[string]string `json:"weights"` // The shape of each array of weights, by its path.
	Averages  []float64         `json:"averages,omitempty"`
	Epoch     int               `json:"epoch"`   // How many epochs are complete.
	Losses    []float64         `json:"losses"`  // The mean of each.
	Skipped   int               `json:"skipped"` // How many batches were left out in all.

	// Of the epoch that is not complete:
	Batch int     `json:"batch"` // How many batches are done,
	Taken int     `json:"taken"` // how many of them were not left out,
	Sum   float64 `json:"sum"`   // and the sum of their losses.
	// Reference is the loss that others are compared with, 0 if there is none yet (see Config.JumpFactor).
	Reference float64 `json:"reference"`
}

var checkpointName = regexp.MustCompile(`^epoch-(\d{6,})(?:-batch-(\d{6,}))?$`)

// path is where a checkpoint of this epoch and batch belongs.
func (d description) path(dir string) string {
	name := fmt.Sprintf("epoch-%06d", d.Epoch)
	if d.Batch > 0 {
		name += fmt.Sprintf("-batch-%06d", d.Batch)
	}
	return filepath.Join(dir, name)
}

// Checkpoints lists the paths of the checkpoints in dir, the Config.Dir of a training, from the first
// epoch to the last. Each can be given to [Load].
func Checkpoints(dir string) ([]string, error) {
	paths, err := listCheckpoints(dir)
	if err != nil {
		return nil, fmt.Errorf("meanflow: Checkpoints: %w", err)
	}
	return paths, nil
}

func listCheckpoints(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	type checkpoint struct {
		path         string
		epoch, batch int
	}
	var checkpoints []checkpoint
	for _, entry := range entries {
		parts := checkpointName.FindStringSubmatch(entry.Name())
		if !entry.IsDir() || parts == nil {
			continue
		}
		epoch, err := strconv.Atoi(parts[1])
		batch, _ := strconv.Atoi("0" + parts[2])
		if err == nil {
			checkpoints = append(checkpoints, checkpoint{filepath.Join(dir, entry.Name()), epoch, batch})
		}
	}
	slices.SortFunc(checkpoints, func(a, b checkpoint) int {
		return cmp.Or(cmp.Compare(a.epoch, b.epoch), cmp.Compare(a.batch, b.batch))
	})
	paths := make([]string, len(checkpoints))
	for i, checkpoint := range checkpoints {
		paths[i] = checkpoint.path
	}
	return paths, nil
}

// Load reads a trained model: from its newest checkpoint, where dir is the Config.Dir of its training,
// or from the checkpoint at dir, one of [Checkpoints]. A newest checkpoint that is damaged is passed over with a line
// on standard error, and the one before it is read. For a model with a [Net] of your own, use [LoadNet].
func Load(dir string) (*Model, error) { return LoadNet(dir, nil) }

// LoadNet is Load for a model that was trained with a Config.Net, which a checkpoint can't hold.
func LoadNet(dir string, net Net) (*Model, error) {
	engine, err := backend.Default()
	if err != nil {
		return nil, fmt.Errorf("meanflow: Load: %w", err)
	}
	m, err := load(dir, net, engine)
	if err != nil {
		return nil, fmt.Errorf("meanflow: Load: %w", err)
	}
	return m, nil
}

func load(dir string, net Net, engine compute.Backend) (*Model, error) {
	if isCheckpoint(dir) {
		files, err := readChecked(dir)
		if err != nil {
			return nil, fmt.Errorf("the checkpoint %s is damaged: %w", dir, err)
		}
		return decode(dir, files, net, engine)
	}
	paths, err := listCheckpoints(dir)
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("%s is no folder of checkpoints: there is neither a %s nor a folder epoch-… in it", dir, descriptionFile)
	}
	path, files, damaged, err := newestWhole(paths)
	if err != nil {
		return nil, err
	}
	for _, each := range damaged {
		warn("Load: %v: it is passed over", each)
	}
	return decode(path, files, net, engine)
}

// isCheckpoint says whether a folder is a checkpoint, or what is left of one, rather than a folder of them.
func isCheckpoint(dir string) bool {
	for _, file := range []string{descriptionFile, checksumFile} {
		if _, err := os.Stat(filepath.Join(dir, file)); err == nil {
			return true
		}
	}
	info, err := os.Stat(dir)
	return err == nil && info.IsDir() && checkpointName.MatchString(filepath.Base(filepath.Clean(dir)))
}

// damage is what is wrong with the checkpoint at path.
type damage struct {
	path string
	err  error
}

func (d damage) Error() string { return fmt.Sprintf("the checkpoint %s is damaged: %v", d.path, d.err) }

// newestWhole finds the last of the checkpoints that is as it was written. Those after it are damaged.
func newestWhole(paths []string) (path string, files map[string][]byte, damaged []damage, err error) {
	for _, path := range slices.Backward(paths) {
		files, err := readChecked(path)
		if err == nil {
			return path, files, damaged, nil
		}
		damaged = append(damaged, damage{path, err})
	}
	var all []error
	for _, each := range damaged {
		all = append(all, each)
	}
	return "", nil, nil, fmt.Errorf("there is no checkpoint that is whole: %w", errors.Join(all...))
}

// decode makes the model of a checkpoint's files. The path is for messages.
func decode(path string, files map[string][]byte, net Net, engine compute.Backend) (*Model, error) {
	about, err := decodeDescription(files[descriptionFile])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(path, descriptionFile), err)
	}
	switch {
	case about.MLP == nil && net == nil:
		return nil, fmt.Errorf("%s holds a model with a network of its own: use LoadNet, and give it that network", path)
	case about.MLP != nil && net != nil:
		return nil, fmt.Errorf("%s holds a model of another network, %v: use Load", path, *about.MLP)
	case about.MLP != nil:
		net = about.MLP.Velocity
	}
	m := &Model{about: about, net: net, store: model.NewStore(), engine: engine, generating: about.generating(), mutex: new(sync.Mutex)}
	if err := m.checkWeights(); err != nil {
		return nil, fmt.Errorf("the checkpoint %s is of another network: %w", path, err)
	}
	if err := m.decodeVariables(files); err != nil {
		return nil, fmt.Errorf("the checkpoint %s can't be read: %w", path, err)
	}
	return m, nil
}

func decodeDescription(text []byte) (about description, err error) {
	if err := json.Unmarshal(text, &about); err != nil {
		return about, err
	}
	switch {
	case about.Format != checkpointFormat:
		err = fmt.Errorf("format %d, this version reads format %d", about.Format, checkpointFormat)
	case about.Dim < 1 || about.Dim > maxDim:
		err = fmt.Errorf("dim is %d, it must be from 1 to %d", about.Dim, maxDim)
	case about.Epoch < 0 || about.Epoch != len(about.Losses):
		err = fmt.Errorf("epoch is %d, and there are losses of %d", about.Epoch, len(about.Losses))
	case about.Taken < 0 || about.Taken > about.Batch || about.Skipped < about.Batch-about.Taken:
		err = fmt.Errorf("batch is %d, taken %d and skipped %d, which don't go together", about.Batch, about.Taken, about.Skipped)
	case about.MLP != nil:
		err = about.MLP.validate()
	}
	return about, err
}

// weights has the shape of each array of the network's weights, by its path.
func (m *Model) weights() map[string]string {
	weights := map[string]string{}
	for variable := range m.network().IterVariables() {
		weights[variable.Path()] = variable.Shape().String()
	}
	return weights
}

// checkWeights says where the network has other weights than the description.
func (m *Model) checkWeights() error {
	fresh := &Model{about: m.about, net: m.net, store: model.NewStore(), engine: m.engine}
	defer fresh.store.Finalize()
	if err := fresh.buildOnce(fresh.checkNetwork); err != nil {
		return fmt.Errorf("it can't be built: %w", err)
	}
	network, checkpoint := fresh.weights(), m.about.Weights
	for _, path := range slices.Sorted(maps.Keys(network)) {
		switch shape, there := checkpoint[path]; {
		case !there:
			return fmt.Errorf("the network has %s %s, the checkpoint does not", path, network[path])
		case shape != network[path]:
			return fmt.Errorf("%s is %s in the checkpoint, %s in the network", path, shape, network[path])
		}
	}
	for _, path := range slices.Sorted(maps.Keys(checkpoint)) {
		if _, there := network[path]; !there {
			return fmt.Errorf("the checkpoint has %s %s, the network does not", path, checkpoint[path])
		}
	}
	return nil
}

// save writes a checkpoint of the model into dir and returns its path. It is written beside and then
// renamed, so that what bears a checkpoint's name is whole. Of the earlier ones so many remain that there are keep, or
// all if it is 0.
func (m *Model) save(dir string, keep int) (path string, err error) {
	m.about.Weights = m.weights()
	text, err := json.MarshalIndent(m.about, "", "\t")
	if err != nil {
		return "", err
	}
	path, unfinished := m.about.path(dir), filepath.Join(dir, ".unfinished")
	if err := os.RemoveAll(unfinished); err != nil {
		return "", err
	}
	if err := os.MkdirAll(unfinished, 0o777); err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(unfinished)) // It may be what fills the disk.
		}
	}()
	if err := m.encodeVariables(unfinished); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(unfinished, descriptionFile), append(text, '\n'), 0o666); err != nil {
		return "", err
	}
	if err := writeChecksums(unfinished); err != nil {
		return "", err
	}
	if err := syncFolder(unfinished); err != nil {
		return "", err
	}
	if err := os.Rename(unfinished, path); err != nil {
		return "", err
	}
	if err := syncFolder(dir); err != nil {
		return "", err
	}
	if keep > 0 {
		if err := removeAllBut(dir, keep); err != nil {
			warn("Train: earlier checkpoints are not removed: %v", err)
		}
	}
	return path, nil
}

// removeAllBut removes the oldest checkpoints until keep remain. Each loses its name first, so that what bears a
// checkpoint's name is whole.
func removeAllBut(dir string, keep int) error {
	paths, err := listCheckpoints(dir)
	if err != nil {
		return err
	}
	removed := filepath.Join(dir, ".removed")
	for _, path := range paths[:max(0, len(paths)-keep)] {
		if err := os.RemoveAll(removed); err != nil {
			return err
		}
		if err := os.Rename(path, removed); err != nil {
			return err
		}
	}
	return os.RemoveAll(removed)
}

// setAside takes its name from a damaged checkpoint, so that the training can write a whole one there.
func setAside(path string) (aside string, err error) {
	aside = filepath.Join(filepath.Dir(path), "damaged-"+filepath.Base(path))
	if err := os.RemoveAll(aside); err != nil {
		return "", err
	}
	if err := os.Rename(path, aside); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	return aside, nil
}

// syncFolder waits until a folder, and the files in it, are on the disk.
func syncFolder(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if entry.Type().IsRegular() {
			if err := syncPath(filepath.Join(dir, entry.Name()), os.O_RDWR); err != nil {
				return err
			}
		}
	}
	return syncNames(dir)
}

func syncPath(path string, flag int) error {
	file, err := os.OpenFile(path, flag, 0)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}
