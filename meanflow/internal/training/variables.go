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

	"github.com/meanflow-go/meanflow/meanflow/internal/engine"
)

// encodeVariables lets GoMLX write all variables into a folder, except the data's.
func encodeVariables(store *model.Store, folder string) error {
	folder, err := filepath.Abs(folder) // GoMLX takes "~" for the home folder.
	if err != nil {
		return err
	}
	saving := checkpoint.Build(store).Dir(folder).WithCompression(checkpoint.BinUncompressed)
	for variable := range store.RootScope().At(DataScope).IterVariables() {
		saving.ExcludeVars(variable)
	}
	loader := store.Loader()
	handler, err := saving.Done()
	if err != nil {
		return err
	}
	defer store.SetLoader(loader) // Where the handler put itself.
	if err := handler.Save(); err != nil {
		return err
	}
	// GoMLX goes on when a variable could not be written, to a full disk for instance (v0.28.8).
	var size int64
	for variable := range store.IterVariables() {
		if !strings.HasPrefix(variable.Path(), "/"+DataScope+"/") {
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
	return fmt.Errorf("not all of the %d bytes of the variables could be written: is the disk "+
		"full?", size)
}

// decodeVariables reads the variables of a checkpoint's files into a store, among them weights of
// these shapes and their moving averages.
func decodeVariables(store *model.Store, files map[string][]byte, weights map[string]string,
	emaDecays []float64) error {
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
		if _, err := checkpoint.Load(store).FromEmbed(string(list),
			values).Immediate().Done(); err != nil {
			return err
		}
		for variable := range store.IterVariables() {
			variable.SetTrainable(strings.HasPrefix(variable.Path(), network(store).Scope()+"/"))
		}
		has := func(path, shape string) bool {
			variable := store.GetVariable(path)
			return variable != nil && variable.Shape().String() == shape
		}
		for path, shape := range weights {
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

// checkVariables compares GoMLX's list of variables with the number of bytes of their values. GoMLX
// itself allocates whatever the list says.
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
			return fmt.Errorf("its variable %s is of the type %s", variable.ParameterName,
				variable.DType)
		}
		bytes := variable.DType.Size()
		for _, dimension := range variable.Dimensions {
			if dimension < 1 || dimension > left || bytes > left/dimension {
				return fmt.Errorf("its variable %s has the dimensions %v, and %d bytes are left "+
					"for it",
					variable.ParameterName, variable.Dimensions, left)
			}
			bytes *= dimension
		}
		if bytes != variable.Length || bytes > left {
			return fmt.Errorf("its variable %s has %d bytes of %d", variable.ParameterName,
				variable.Length, bytes)
		}
		left -= bytes
	}
	if left != 0 {
		return errors.New("there are more bytes than its variables take")
	}
	return nil
}
