package training

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// JoinSafetensors writes several models, each the content of a safetensors file, to w as one
// safetensors file. The names of a part's weights get the part's name and a slash as prefix.
func JoinSafetensors(w io.Writer, parts map[string][]byte) error {
	joined := safetensorsFile{arrays: map[string]array{}}
	descriptions := map[string]json.RawMessage{}
	for part, content := range parts {
		file, err := openSafetensors(content)
		if err != nil {
			return err
		}
		descriptions[part] = file.description
		for name, array := range file.arrays {
			joined.arrays[part+"/"+name] = array
		}
	}
	text, err := json.Marshal(descriptions)
	if err != nil {
		return err
	}
	joined.description = text
	return joined.write(w)
}

// SplitSafetensors is the inverse of [JoinSafetensors] for a file with the given parts.
func SplitSafetensors(content []byte, parts ...string) (map[string][]byte, error) {
	joined, err := openSafetensors(content)
	if err != nil {
		return nil, err
	}
	descriptions, err := joined.parts()
	if err != nil {
		return nil, fmt.Errorf("%s: the metadata %q: %w", safetensorsName, safetensorsKey, err)
	}
	files := map[string]safetensorsFile{}
	for _, part := range parts {
		if descriptions[part] == nil {
			return nil, fmt.Errorf("%s holds no %s: read one model by meanflow.ReadSafetensors",
				safetensorsName, part)
		}
		files[part] = safetensorsFile{descriptions[part], map[string]array{}}
	}
	for _, name := range slices.Sorted(maps.Keys(joined.arrays)) {
		part, inner, _ := strings.Cut(name, "/")
		file, found := files[part]
		if !found {
			return nil, fmt.Errorf("%s holds %.60q: its name must begin with one of %q and a slash",
				safetensorsName, name, parts)
		}
		file.arrays[inner] = joined.arrays[name]
	}
	contents := map[string][]byte{}
	for part, file := range files {
		var content bytes.Buffer
		if err := file.write(&content); err != nil {
			return nil, err
		}
		contents[part] = content.Bytes()
	}
	return contents, nil
}
