package meanflow

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/ml/model/checkpoint"
)

// encodeVariables lets GoMLX write all variables into a folder, but for those of the data.
func (m *Model) encodeVariables(dir string) error {
	dir, err := filepath.Abs(dir) // GoMLX takes "~" for the home folder.
	if err != nil {
		return err
	}
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
	if err := handler.Save(); err != nil {
		return err
	}
	// GoMLX goes on when a variable could not be written, to a full disk for instance (v0.28.3).
	var size int64
	for variable := range m.store.IterVariables() {
		if !strings.HasPrefix(variable.Path(), "/"+dataScope+"/") {
			size += variable.Shape().ByteSize()
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil && strings.HasSuffix(entry.Name(), checkpoint.BinDataSuffix) && info.Size() == size {
			return nil
		}
	}
	return fmt.Errorf("not all of the %d bytes of the variables could be written: is the disk full?", size)
}

// decodeVariables reads the variables of a checkpoint's files.
func (m *Model) decodeVariables(files map[string][]byte) error {
	var list, values []byte
	for name, content := range files {
		switch {
		case !strings.HasPrefix(name, "checkpoint-"):
		case strings.HasSuffix(name, checkpoint.JsonNameSuffix):
			list = content
		case strings.HasSuffix(name, checkpoint.BinDataSuffix):
			values = content
		}
	}
	if err := checkVariables(list, len(values)); err != nil {
		return err
	}
	return catch(func() error {
		if _, err := checkpoint.Load(m.store).FromEmbed(string(list), values).Immediate().Done(); err != nil {
			return err
		}
		network := m.network()
		for variable := range m.store.IterVariables() {
			variable.SetTrainable(strings.HasPrefix(variable.Path(), network.Scope()+"/"))
		}
		for path, shape := range m.about.Weights {
			if variable := m.store.GetVariable(path); variable == nil || variable.Shape().String() != shape {
				return fmt.Errorf("its weights %s %s are missing", path, shape)
			}
			for k, decay := range m.about.Averages {
				path := averagePath(k, path)
				if variable := m.store.GetVariable(path); variable == nil || variable.Shape().String() != shape {
					return fmt.Errorf("its average of weights with the decay %v, %s %s, is missing", decay, path, shape)
				}
			}
		}
		return nil
	})
}

// checkVariables says whether what GoMLX lists of variables fits the bytes of their values. GoMLX itself allocates
// whatever the list says.
func checkVariables(list []byte, size int) error {
	var listed struct {
		Variables []struct {
			ParameterName string
			Dimensions    []int
			DType         dtypes.DType
			Length        int
		}
	}
	if err := json.Unmarshal(list, &listed); err != nil {
		return fmt.Errorf("the list of its variables: %w", err)
	}
	left := size
	for _, variable := range listed.Variables {
		if variable.DType == dtypes.InvalidDType || !variable.DType.IsSupported() {
			return fmt.Errorf("its variable %s is of the type %s", variable.ParameterName, variable.DType)
		}
		bytes := variable.DType.Size()
		for _, dimension := range variable.Dimensions {
			if dimension < 1 || dimension > left || bytes > left/dimension {
				return fmt.Errorf("its variable %s has the dimensions %v, and %d bytes are left for it", variable.ParameterName, variable.Dimensions, left)
			}
			bytes *= dimension
		}
		if bytes != variable.Length || bytes > left {
			return fmt.Errorf("its variable %s has %d bytes of %d", variable.ParameterName, variable.Length, bytes)
		}
		left -= bytes
	}
	if left != 0 {
		return errors.New("there are more bytes than its variables take")
	}
	return nil
}
