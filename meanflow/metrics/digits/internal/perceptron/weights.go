package perceptron

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// Encode returns the weights of the scope: for each layer its weights [inputs, outputs], row by
// row, and its biases [outputs], all of them little-endian float32. NumPy reads them by
// np.fromfile(path, "<f4"). The shapes are those of this package, so the file does not state them.
func Encode(scope *model.Scope) ([]byte, error) {
	var encoded bytes.Buffer
	for layer := range len(sizes) - 1 {
		weights, biases := variables(scope, layer)
		for _, variable := range []*model.Variable{weights, biases} {
			value, err := variable.Value()
			if err != nil {
				return nil, err
			}
			err = tensors.ConstFlatData(value, func(flat []float32) {
				binary.Write(&encoded, binary.LittleEndian, flat) // A buffer returns no error.
			})
			if err != nil {
				return nil, err
			}
		}
	}
	return encoded.Bytes(), nil
}

// decode sets the weights of the scope from what Encode returned. The error says that there are
// too few or too many bytes, or that a number is not finite.
func decode(scope *model.Scope, encoded []byte) error {
	want := 0
	for layer := range len(sizes) - 1 {
		want += 4 * (sizes[layer] + 1) * sizes[layer+1]
	}
	if len(encoded) != want {
		return fmt.Errorf("the weights have %d bytes, they must have %d", len(encoded), want)
	}
	reader := bytes.NewReader(encoded)
	for layer := range len(sizes) - 1 {
		weights, biases := variables(scope, layer)
		for _, variable := range []*model.Variable{weights, biases} {
			flat := make([]float32, variable.Shape().Size())
			if err := binary.Read(reader, binary.LittleEndian, flat); err != nil {
				return err
			}
			for i, value := range flat {
				if math.IsNaN(float64(value)) || math.IsInf(float64(value), 0) {
					return fmt.Errorf("number %d of %s is %v, it must be finite",
						i, variable.Path(), value)
				}
			}
			tensor := tensors.FromFlatDataAndDimensions(flat, variable.Shape().Dimensions...)
			if err := variable.SetValue(tensor); err != nil {
				return err
			}
		}
	}
	return nil
}
