// Package catalogue is the list of the models that the page in web/page can fetch.
package catalogue

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
)

// Entry describes a model.
type Entry struct {
	File   string `json:"file"` // The path, beside the list.
	Name   string `json:"name"`
	Data   string `json:"data"`   // The distribution, "digits", or empty for other data.
	Recipe string `json:"recipe"` // How it was trained.
	Steps  int    `json:"steps"`  // Of its training; 0 if they are unknown.
	Bytes  int64  `json:"bytes"`  // Of the file. Write sets it.
}

// Writer is a model that can be written to a file: of points or of images.
type Writer interface {
	// WriteSafetensors writes the model as a safetensors file.
	WriteSafetensors(w io.Writer) error
}

// file is the name of the list.
const file = "models.json"

// Read reads the list in a folder.
func Read(folder string) (entries []Entry, err error) {
	text, err := os.ReadFile(filepath.Join(folder, file))
	if err != nil {
		return nil, err
	}
	return entries, json.Unmarshal(text, &entries)
}

// Write writes the list of models whose files are in a folder.
func Write(folder string, entries []Entry) error {
	for k := range entries {
		info, err := os.Stat(filepath.Join(folder, entries[k].File))
		if err != nil {
			return err
		}
		entries[k].Bytes = info.Size()
	}
	text, err := json.MarshalIndent(entries, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, file), append(text, '\n'), 0o666)
}
