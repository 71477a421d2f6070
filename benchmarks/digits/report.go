package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"gonum.org/v1/gonum/stat"
)

// report is the content of digits.json.
type report struct {
	Rows []*row `json:"rows"`
	// Seconds are the times of the trainings by what was trained, one for each seed.
	Seconds map[string][]float64 `json:"seconds"`
}

// row has the measures of a set of images, one value per seed.
type row struct {
	Images    string    `json:"images"`
	Steps     int       `json:"steps,omitempty"`     // Of sampling, the NFE. 0 without sampling.
	Frechet   []float64 `json:"frechet"`             // Distance to the test images.
	Agreement []float64 `json:"agreement,omitempty"` // With the classes.
	Nearest   []float64 `json:"nearest,omitempty"`   // Median distance to training images.
}

// readReport reads path.json. The report is empty if there is no such file.
func readReport(path string) (r report, err error) {
	encoded, err := os.ReadFile(path + ".json")
	if errors.Is(err, fs.ErrNotExist) {
		return report{}, nil
	}
	if err == nil {
		err = json.Unmarshal(encoded, &r)
	}
	return r, err
}

// forget removes the rows of pixels, or all others and the times.
func (r *report) forget(pixels bool) {
	r.Rows = slices.DeleteFunc(r.Rows, func(of *row) bool {
		return (of.Images == pixelsName) == pixels
	})
	if !pixels {
		r.Seconds = nil
	}
}

// row returns the row of a set of images, which it makes if there is none.
func (r *report) row(images string, steps int) *row {
	for _, found := range r.Rows {
		if found.Images == images && found.Steps == steps {
			return found
		}
	}
	made := &row{Images: images, Steps: steps}
	r.Rows = append(r.Rows, made)
	return made
}

// addSeconds adds the time of a training.
func (r *report) addSeconds(trained string, took time.Duration) {
	if r.Seconds == nil {
		r.Seconds = map[string][]float64{}
	}
	r.Seconds[trained] = append(r.Seconds[trained], took.Seconds())
}

// write writes all values to path.json, and a table of their means to path.md.
func (r *report) write(path string) error {
	encoded, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".json", append(encoded, '\n'), 0o666); err != nil {
		return err
	}
	const head = `# Digits

An autoencoder with 16-dimensional codes, trained on MNIST's 60,000 training images, and flows of
its codes, conditioned on the digit. Each number is the mean over the seeds. The command that writes
this file is "make quality".

- **Fréchet distance**: between the features of 10,000 images and those of the 10,000 test images,
  by the classifier of package metrics/digits. The first rows are its floor: 10,000 random training
  images, and images that went through the autoencoder.
- **Agreement**: the share of images that the classifier takes for the digit asked for.
- **Nearest**: the median distance of 1,000 of the images to the nearest of all training images, for
  pixels in [-1, 1]. Copies would be at 0.

`
	return os.WriteFile(path+".md", []byte(head+r.table()), 0o666)
}

// table is a Markdown table of the means.
func (r *report) table() string {
	var text strings.Builder
	text.WriteString("| images | steps | Fréchet distance | agreement | nearest |\n" +
		"|---|---:|---:|---:|---:|\n")
	for _, of := range r.Rows {
		steps := ""
		if of.Steps > 0 {
			steps = fmt.Sprint(of.Steps)
		}
		fmt.Fprintf(&text, "| %s | %s | %s | %s | %s |\n", of.Images, steps,
			mean(of.Frechet, "%.2f"), mean(of.Agreement, "%.3f"), mean(of.Nearest, "%.2f"))
	}
	text.WriteString("\n")
	for _, trained := range []string{"autoencoder", "mean flow", "flow matching"} {
		if seconds := r.Seconds[trained]; len(seconds) > 0 {
			fmt.Fprintf(&text, "- Training time of the %s: %.0f s\n",
				trained, stat.Mean(seconds, nil))
		}
	}
	return text.String()
}

// inSteps is a number of steps with its noun.
func inSteps(steps int) string {
	if steps == 1 {
		return "1 step"
	}
	return fmt.Sprintf("%d steps", steps)
}

// mean formats the mean of numbers, or returns an empty text if there are none.
func mean(numbers []float64, format string) string {
	if len(numbers) == 0 {
		return ""
	}
	return fmt.Sprintf(format, stat.Mean(numbers, nil))
}
