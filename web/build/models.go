package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/latent"
	"github.com/meanflow-go/meanflow/web/catalogue"
)

// modelsFolder is the folder of the models in the page's folder.
const modelsFolder = "models"

// addModels copies the models trained beforehand, adds those at the paths own, and writes the list.
func (s site) addModels(own []string) error {
	folder := filepath.Join(s.out, modelsFolder)
	if err := os.Mkdir(folder, 0o777); err != nil {
		return err
	}
	entries, err := catalogue.Read(s.models)
	if err != nil {
		return err
	}
	for k, entry := range entries {
		err := copyFile(filepath.Join(s.models, entry.File), filepath.Join(folder, entry.File))
		if err != nil {
			return err
		}
		entries[k].File = modelsFolder + "/" + entry.File
	}
	for _, path := range own {
		content, entry, err := readModel(path)
		if err != nil {
			return fmt.Errorf("the model %s: %w", path, err)
		}
		entry.File = fmt.Sprintf("%s/own-%s.safetensors", modelsFolder, entry.Name)
		if _, err := os.Stat(filepath.Join(s.out, entry.File)); err == nil {
			return fmt.Errorf("two models are called %s: rename one", entry.Name)
		}
		if err := os.WriteFile(filepath.Join(s.out, entry.File), content, 0o666); err != nil {
			return err
		}
		entries = append(entries, entry)
	}
	return catalogue.Write(s.out, entries)
}

// readModel reads a model in a checkpoint, in a folder of checkpoints, in a saved model of points
// or images, or in a safetensors file. It returns its safetensors file.
func readModel(path string) (content []byte, entry catalogue.Entry, err error) {
	name := filepath.Base(filepath.Clean(path))
	entry.Name = strings.TrimSuffix(name, filepath.Ext(name))
	m, err := open(path)
	if err != nil {
		return nil, entry, err
	}
	entry.Recipe = "own"
	if _, isImages := m.(*latent.Model); isImages {
		entry.Data = "digits"
	}
	var file bytes.Buffer
	err = m.WriteSafetensors(&file)
	return file.Bytes(), entry, err
}

func open(path string) (catalogue.Writer, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		m, err := meanflow.Load(path)
		if err == nil {
			return m, nil
		}
		images, imagesErr := latent.Load(path, nil)
		if imagesErr == nil {
			return images, nil
		}
		return nil, errors.Join(err, imagesErr)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	points, images, err := catalogue.Open(content, nil)
	if points != nil {
		return points, nil
	}
	return images, err
}
