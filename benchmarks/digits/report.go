package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// report is the content of digits.json.
type report struct {
	Rows []row `json:"rows"`
}

// row has the measures of the digits in a number of sampling steps.
type row struct {
	Steps     int     `json:"steps"`     // The NFE.
	Frechet   float64 `json:"frechet"`   // Distance to the test images.
	Agreement float64 `json:"agreement"` // With the classes.
	Nearest   float64 `json:"nearest"`   // Median distance to training images.
}

// write writes all values to path.json, and a table of them to path.md.
func (r report) write(path string) error {
	encoded, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".json", append(encoded, '\n'), 0o666); err != nil {
		return err
	}
	return os.WriteFile(path+".md", []byte(r.table()), 0o666)
}

const tableHead = `# Digits

A mean flow of the pixels of MNIST's digits, a patch transformer conditioned on the digit, with one
seed. [quality.md](quality.md) has flows of an autoencoder's codes of digits. The command that
writes this file is "make quality-pixels".

- **Fréchet distance**: between the features of 10,000 images and those of the 10,000 test images,
  by the classifier of package metrics/digits.
- **Agreement**: the share of images that the classifier takes for the digit asked for.
- **Nearest**: the median distance of 1,000 of the images to the nearest of all training images, for
  pixels in [-1, 1]. Copies would be at 0.

| steps | Fréchet distance | agreement | nearest |
|---:|---:|---:|---:|
`

// table is digits.md, with a Markdown table.
func (r report) table() string {
	var text strings.Builder
	text.WriteString(tableHead)
	for _, of := range r.Rows {
		fmt.Fprintf(&text, "| %d | %.2f | %.3f | %.2f |\n", of.Steps, of.Frechet, of.Agreement,
			of.Nearest)
	}
	return text.String()
}
