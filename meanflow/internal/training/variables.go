package training

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/model/checkpoint"
	"github.com/gomlx/gomlx/ml/train/optimizer"

	"github.com/meanflow-go/meanflow/meanflow/internal/engine"
)

// encodeVariables writes the variables whose paths are kept into a folder, in GoMLX's format.
func encodeVariables(store *model.Store, folder string, isKept func(path string) bool) error {
	folder, err := filepath.Abs(folder) // GoMLX would expand a "~" at the beginning.
	if err != nil {
		return err
	}
	optimizer.GetGlobalStepVar(store) // GoMLX would make this variable when it saves.
	saving := checkpoint.Build(store).Dir(folder).WithCompression(checkpoint.BinUncompressed)
	for variable := range store.IterVariables() {
		if !isKept(variable.Path()) {
			saving.ExcludeVars(variable)
		}
	}
	loader := store.Loader()
	handler, err := saving.Done()
	if err != nil {
		return err
	}
	defer store.SetLoader(loader) // The handler has replaced the loader by itself.
	if err := handler.Save(); err != nil {
		return err
	}
	// GoMLX ignores errors when it writes a variable, for instance to a full disk (v0.28.8), so
	// compare the size of the file.
	var size int64
	for variable := range store.IterVariables() {
		if isKept(variable.Path()) {
			size += variable.Shape().ByteSize()
		}
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), checkpoint.BinDataSuffix) {
			continue
		}
		if info, err := entry.Info(); err == nil && info.Size() == size {
			return nil
		}
	}
	return fmt.Errorf("the %d bytes of the variables could not all be written: is the disk full?",
		size)
}

// decodeVariables reads the variables in a checkpoint's files into a store. It returns an error
// unless they include weights of the given shapes, by path, and their moving averages.
func decodeVariables(
	store *model.Store, files map[string][]byte, weightShapes map[string]string,
	emaDecays []float64,
) error {
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
	return engine.Catch(func() error {
		loading := checkpoint.Load(store).FromEmbed(string(list), values).Immediate()
		if _, err := loading.Done(); err != nil {
			return err
		}
		for variable := range store.IterVariables() {
			variable.SetTrainable(strings.HasPrefix(variable.Path(), network(store).Scope()+"/"))
		}
		has := func(path, shape string) bool {
			variable := store.GetVariable(path)
			return variable != nil && variable.Shape().String() == shape
		}
		for path, shape := range weightShapes {
			if !has(path, shape) {
				return fmt.Errorf("its weights %s %s are missing", path, shape)
			}
			for k, decay := range emaDecays {
				if path := emaPath(k, path); !has(path, shape) {
					return fmt.Errorf("its moving average with the decay %v, %s %s, is missing",
						decay, path, shape)
				}
			}
		}
		return nil
	})
}

// isResumable reports whether a training needs the variable at a path to be resumed: all variables
// except the data's.
func isResumable(path string) bool { return !strings.HasPrefix(path, "/"+DataScope+"/") }

// checkVariables checks that GoMLX's list of variables fits the size of their values in bytes.
// GoMLX would allocate memory for any dimensions in the list.
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
			return fmt.Errorf("its variable %s has the unsupported type %s",
				variable.ParameterName, variable.DType)
		}
		bytes := variable.DType.Size()
		for _, dimension := range variable.Dimensions {
			if dimension < 1 || dimension > left || bytes > left/dimension {
				return fmt.Errorf("its variable %s has the dimensions %v, but %d bytes are left",
					variable.ParameterName, variable.Dimensions, left)
			}
			bytes *= dimension
		}
		if bytes != variable.Length || bytes > left {
			return fmt.Errorf("its variable %s has %d bytes, its dimensions need %d",
				variable.ParameterName, variable.Length, bytes)
		}
		left -= bytes
	}
	if left != 0 {
		return errors.New("there are more bytes than its variables take")
	}
	return nil
}
