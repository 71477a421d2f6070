package meanflow

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/model/checkpoint"

	"github.com/meanflow-go/meanflow/meanflow/backend"
)

// A folder of checkpoints holds one folder an epoch that was kept, "epoch-000010", in it what GoMLX
// saves of the variables (weights, Adam's moments, the random state) and a description:
const descriptionFile = "meanflow.json"

// checkpointFormat changes with what the description means.
const checkpointFormat = 1

// description is what a checkpoint says of its model.
type description struct {
	Format    int       `json:"format"`
	Objective string    `json:"objective"`
	Average   bool      `json:"average_velocity"`
	Dim       int       `json:"dim"`
	MLP       *MLP      `json:"mlp"` // nil for a network of the user's own.
	Epoch     int       `json:"epoch"`
	Losses    []float64 `json:"losses"` // The mean of each epoch.
}

var epochFolder = regexp.MustCompile(`^epoch-\d{6,}$`)

func checkpointPath(dir string, epoch int) string {
	return filepath.Join(dir, fmt.Sprintf("epoch-%06d", epoch))
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
	var paths []string
	for _, entry := range entries {
		if entry.IsDir() && epochFolder.MatchString(entry.Name()) {
			paths = append(paths, filepath.Join(dir, entry.Name()))
		}
	}
	// Shorter first, so that epoch-1000000 comes after epoch-999999.
	slices.SortFunc(paths, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	})
	return paths, nil
}

// Load reads a trained model: from its newest checkpoint, where dir is the Config.Dir of its training,
// or from the checkpoint at dir, one of [Checkpoints]. For a model with a [Net] of your own, use
// [LoadNet].
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
	path := dir
	if _, err := os.Stat(filepath.Join(dir, descriptionFile)); errors.Is(err, fs.ErrNotExist) {
		paths, err := listCheckpoints(dir)
		if err != nil {
			return nil, err
		}
		if len(paths) == 0 {
			return nil, fmt.Errorf("%s is no folder of checkpoints: there is neither a %s nor a folder epoch-… in it", dir, descriptionFile)
		}
		path = paths[len(paths)-1]
	}
	about, err := readDescription(filepath.Join(path, descriptionFile))
	if err != nil {
		return nil, err
	}
	switch {
	case about.MLP == nil && net == nil:
		return nil, fmt.Errorf("%s holds a model with a network of its own: use LoadNet, and give it that network", path)
	case about.MLP != nil && net != nil:
		return nil, fmt.Errorf("%s holds a model of another network, %v: use Load", path, *about.MLP)
	case about.MLP != nil:
		net = about.MLP.Velocity
	}
	m := &Model{about: about, net: net, store: model.NewStore(), engine: engine}
	var stored int
	err = catch(func() error {
		if _, err := checkpoint.Load(m.store).Dir(path).Immediate().Done(); err != nil {
			return err
		}
		network := m.store.RootScope().At(networkScope)
		for variable := range m.store.RootScope().IterVariables() {
			variable.SetTrainable(strings.HasPrefix(variable.Path(), network.Scope()+"/"))
		}
		stored = network.NumVariables()
		return m.buildOnce(m.checkNetwork)
	})
	if err != nil {
		return nil, fmt.Errorf("the checkpoint %s can't be read, or is one of another network: %w", path, err)
	}
	if has := m.store.RootScope().At(networkScope).NumVariables(); has != stored {
		return nil, fmt.Errorf("the checkpoint %s is of another network: it has %d arrays of weights, this network %d", path, stored, has)
	}
	return m, nil
}

func readDescription(path string) (about description, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return about, err
	}
	if err := json.Unmarshal(text, &about); err != nil {
		return about, fmt.Errorf("%s: %w", path, err)
	}
	if about.Format != checkpointFormat {
		return about, fmt.Errorf("%s: format %d, this version reads format %d", path, about.Format, checkpointFormat)
	}
	if about.Dim < 1 || about.Dim > maxDim {
		return about, fmt.Errorf("%s: dim is %d, it must be from 1 to %d", path, about.Dim, maxDim)
	}
	if about.MLP != nil {
		if err := about.MLP.validate(); err != nil {
			return about, fmt.Errorf("%s: %w", path, err)
		}
	}
	return about, nil
}

// save writes a checkpoint of the model into dir and returns its path. It is written beside and then
// renamed, so that what bears a checkpoint's name is whole.
func (m *Model) save(dir string) (path string, err error) {
	path = checkpointPath(dir, m.about.Epoch)
	unfinished := filepath.Join(dir, ".unfinished")
	if err := os.RemoveAll(unfinished); err != nil {
		return "", err
	}
	if err := os.MkdirAll(unfinished, 0o777); err != nil {
		return "", err
	}
	if err := m.saveVariables(unfinished); err != nil {
		return "", err
	}
	text, err := json.MarshalIndent(m.about, "", "\t")
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(unfinished, descriptionFile), append(text, '\n'), 0o666); err != nil {
		return "", err
	}
	if err := syncFolder(unfinished); err != nil {
		return "", err
	}
	return path, os.Rename(unfinished, path)
}

func (m *Model) saveVariables(dir string) error {
	saving := checkpoint.Build(m.store).Dir(dir).WithCompression(checkpoint.BinUncompressed)
	for variable := range m.store.RootScope().At(dataScope).IterVariables() {
		saving.ExcludeVars(variable)
	}
	loader := m.store.Loader()
	handler, err := saving.Done()
	if err != nil {
		return err
	}
	defer m.store.SetLoader(loader) // Where the handler put itself.
	return handler.Save()
}

// syncFolder waits until the files in a folder are on the disk.
func syncFolder(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		file, err := os.OpenFile(filepath.Join(dir, entry.Name()), os.O_RDWR, 0)
		if err != nil {
			return err
		}
		if err := errors.Join(file.Sync(), file.Close()); err != nil {
			return err
		}
	}
	return nil
}
