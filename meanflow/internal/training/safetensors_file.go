package training

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/nlpodyssey/safetensors"
)

// safetensorsKey is the key of a model's description in the metadata of a safetensors file.
const safetensorsKey = "meanflow"

// safetensorsFile is the content of a safetensors file.
type safetensorsFile struct {
	description json.RawMessage // The text at safetensorsKey.
	arrays      map[string]array
}

// openSafetensors decodes the content of a safetensors file. The arrays share memory with it.
func openSafetensors(content []byte) (*safetensorsFile, error) {
	size, header, err := safetensors.ReadMetadata(content)
	if err != nil {
		return nil, fmt.Errorf("%d bytes are no safetensors file, or one that is cut short: %w",
			len(content), err)
	}
	text, found := header.Metadata()[safetensorsKey]
	if !found {
		return nil, fmt.Errorf("%s has no metadata %q, which say what the model is: see "+
			"Safetensors in faults.md", safetensorsName, safetensorsKey)
	}
	file := &safetensorsFile{json.RawMessage(text), map[string]array{}}
	data := content[8+size:] // The header begins with its size, in 8 bytes.
	for name, info := range header.Tensors() {
		at := info.DataOffsets
		file.arrays[name] = array{info.DType, info.Shape, data[at[0]:at[1]]}
	}
	return file, nil
}

// write writes the file. The library sorts the arrays by name.
func (f *safetensorsFile) write(w io.Writer) error {
	metadata := map[string]string{safetensorsKey: string(f.description)}
	return safetensors.SerializeToWriter(f.arrays, metadata, w)
}

// parts returns the description as a JSON object: the descriptions of the parts of a file that
// [JoinSafetensors] wrote, or the fields of a single model's description.
func (f *safetensorsFile) parts() (map[string]json.RawMessage, error) {
	var parts map[string]json.RawMessage
	err := json.Unmarshal(f.description, &parts)
	return parts, err
}
