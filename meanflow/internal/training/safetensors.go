package training

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/nlpodyssey/safetensors"
)

// safetensorsName stands for a checkpoint's path in errors about a safetensors file.
const safetensorsName = "the safetensors file"

// described is the description of a model in the metadata of a safetensors file.
type described struct {
	Format int             `json:"format"`
	Model  json.RawMessage `json:"model"` // As in a checkpoint.
	State  State           `json:"state"`
}

// WriteSafetensors writes weights and the description of their model to w, in the format of
// safetensors. The names of the weights are their paths in [NetworkScope]. The same model gives the
// same bytes.
func WriteSafetensors(w io.Writer, weights Weights, metadata json.RawMessage, state State) error {
	file := safetensorsFile{arrays: map[string]array{}}
	for path, value := range weights {
		name := strings.TrimPrefix(path, "/"+NetworkScope+"/")
		encoded, err := encodeArray(value)
		if err != nil {
			return fmt.Errorf("the weights %s: %w", name, err)
		}
		file.arrays[name] = encoded
	}
	text, err := json.Marshal(described{format, metadata, state})
	if err != nil {
		return err
	}
	file.description = text
	return file.write(w)
}

// ReadSafetensors reads a model from the content of a safetensors file that [WriteSafetensors]
// wrote, or that other programs wrote with other weights and the same description. The content is
// not kept.
func ReadSafetensors(content []byte) (*Checkpoint, error) {
	file, err := openSafetensors(content)
	if err != nil {
		return nil, err
	}
	if parts, err := file.parts(); err == nil && parts["format"] == nil {
		return nil, fmt.Errorf("%s holds the parts %.60q, not one model: read it by package latent",
			safetensorsName, slices.Sorted(maps.Keys(parts)))
	}
	c := &Checkpoint{Path: safetensorsName, describedIn: safetensorsName, weights: Weights{}}
	var kept described
	if err := c.decodeDescription(file.description, &kept); err != nil {
		return nil, err
	}
	c.description = description{Model: kept.Model, State: kept.State}
	if err := c.checkState(); err != nil {
		return nil, err
	}
	for name, array := range file.arrays {
		value, err := array.decode()
		if err != nil {
			return nil, fmt.Errorf("%s: %.60s %w", safetensorsName, name, err)
		}
		c.weights["/"+NetworkScope+"/"+name] = value
	}
	c.description.Weights = c.weights.shapes()
	return c, nil
}

// array is an array of a safetensors file, as the library encodes and decodes it.
type array struct {
	dtype safetensors.DType
	shape []uint64
	data  []byte // Little-endian.
}

// DType returns the type of the numbers.
func (a array) DType() safetensors.DType { return a.dtype }

// Shape returns the dimensions.
func (a array) Shape() []uint64 { return a.shape }

// Data returns the numbers as bytes.
func (a array) Data() []byte { return a.data }

// DataLen returns the number of bytes.
func (a array) DataLen() uint64 { return uint64(len(a.data)) }

// encodeArray encodes weights.
func encodeArray(value *tensors.Tensor) (array, error) {
	if value.DType() != dtypes.Float32 {
		return array{}, fmt.Errorf("the type is %s, it must be Float32", value.DType())
	}
	encoded := array{safetensors.F32, []uint64{}, nil} // The shape of a scalar is [], not null.
	for _, dimension := range value.Shape().Dimensions {
		encoded.shape = append(encoded.shape, uint64(dimension))
	}
	numbers, err := tensors.CopyFlatData[float32](value)
	if err != nil {
		return array{}, err
	}
	encoded.data, err = binary.Append(nil, binary.LittleEndian, numbers)
	return encoded, err
}

// decode is the inverse of encodeArray. All numbers must be finite.
func (a array) decode() (*tensors.Tensor, error) {
	if a.dtype != safetensors.F32 {
		return nil, fmt.Errorf("is %s, it must be F32", a.dtype)
	}
	if len(a.data) == 0 {
		return nil, fmt.Errorf("has the shape %d, it must not be empty", a.shape)
	}
	numbers := make([]float32, len(a.data)/4)
	if _, err := binary.Decode(a.data, binary.LittleEndian, numbers); err != nil {
		return nil, err
	}
	for i, number := range numbers {
		if x := float64(number); math.IsNaN(x) || math.IsInf(x, 0) {
			return nil, fmt.Errorf("holds %v as number %d of %d, it must be finite", x, i+1,
				len(numbers))
		}
	}
	var dimensions []int
	for _, dimension := range a.shape {
		dimensions = append(dimensions, int(dimension)) // At most len(numbers).
	}
	return tensors.FromFlatDataAndDimensions(numbers, dimensions...), nil
}
