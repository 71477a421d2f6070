// Package notebooks executes the notebooks through their Jupyter kernel and checks what they put out.
package notebooks

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image/gif"
	"image/png"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	// What only notebooks import is kept in go.mod by being imported here.
	_ "github.com/janpfeifer/gonb/gonbui"
	_ "github.com/janpfeifer/must"
	_ "github.com/schollz/progressbar/v3"

	_ "github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
	_ "github.com/meanflow-go/meanflow/plotting"
)

const tutorial = "../../notebooks/mean_flow.ipynb"

type notebook struct {
	Cells    []cell
	Metadata struct {
		Kernelspec struct{ Name string }
	}
}

type cell struct {
	Type     string `json:"cell_type"`
	Source   text
	Outputs  []output
	Metadata struct{ Tags []string }
}

type output struct {
	Type string `json:"output_type"`
	Name string
	Text text
	Data map[string]any
}

// text is a string, which notebooks may have in a list of lines.
type text string

func (t *text) UnmarshalJSON(encoded []byte) error {
	var lines []string
	if json.Unmarshal(encoded, &lines) == nil {
		*t = text(strings.Join(lines, ""))
		return nil
	}
	var whole string
	err := json.Unmarshal(encoded, &whole)
	*t = text(whole)
	return err
}

func read(t *testing.T, path string) notebook {
	t.Helper()
	encoded, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var book notebook
	if err := json.Unmarshal(encoded, &book); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return book
}

// execute runs a notebook in an empty folder in the repository, with other values of its parameters and
// other environment variables, and returns it with its outputs.
func execute(t *testing.T, path string, parameters, environment []string) notebook {
	t.Helper()
	folder := emptyFolder(t)
	executed := filepath.Join(folder, "executed.ipynb")
	arguments := []string{path, "--output", executed, "--directory", folder}
	for _, parameter := range parameters {
		arguments = append(arguments, "--set", parameter)
	}
	python(t, environment, "execute.py", arguments...)
	return read(t, executed)
}

// emptyFolder is one in the repository.
func emptyFolder(t *testing.T) string {
	t.Helper()
	local, err := filepath.Abs("../../.local")
	if err != nil {
		t.Fatal(err)
	}
	folder, err := os.MkdirTemp(local, "notebook-")
	if err != nil {
		t.Fatalf("is everything set up (make test)? %v", err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	return folder
}

// python runs a script of this folder and returns what it prints.
func python(t *testing.T, environment []string, script string, arguments ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "../../.local/venv/bin/python", append([]string{script}, arguments...)...)
	command.Env = append(os.Environ(), environment...)
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

// check looks for what every notebook must have: no error, nothing on standard error, and a picture from
// every cell that displays one. It returns all that was printed.
func check(t *testing.T, book notebook) string {
	t.Helper()
	if book.Metadata.Kernelspec.Name != "gonb" {
		t.Errorf("the kernel is %q", book.Metadata.Kernelspec.Name)
	}
	var printed strings.Builder
	pictures := 0
	for i, cell := range book.Cells {
		if cell.Type != "code" {
			continue
		}
		shown := 0
		for _, output := range cell.Outputs {
			switch {
			case output.Type == "error", output.Name == "stderr":
				t.Errorf("cell %d: %s %s", i, output.Type, output.Text)
			case output.Type == "stream":
				printed.WriteString(string(output.Text))
			case output.Data["image/png"] != nil:
				shown++
				checkPicture(t, i, output.Data["image/png"].(string))
			case output.Data["text/html"] != nil: // An animation.
				shown++
				checkAnimation(t, i, fmt.Sprint(output.Data["text/html"]))
			case output.Data["text/markdown"] != nil:
				fmt.Fprintln(&printed, joined(output.Data["text/markdown"]))
			}
		}
		if want := displays(string(cell.Source)); shown != want {
			t.Errorf("cell %d shows %d pictures, want %d", i, shown, want)
		}
		pictures += shown
	}
	if pictures == 0 {
		t.Error("there are no pictures")
	}
	return printed.String()
}

// displays counts the pictures that a cell shows: what it only declares shows none.
func displays(source string) int {
	_, run, _ := strings.Cut(source, "%%\n")
	return strings.Count(run, ".Display()") + 2*strings.Count(run, "showProgress(")
}

// joined is a text that notebooks may have in a list of lines.
func joined(value any) string {
	lines, ok := value.([]any)
	if !ok {
		return fmt.Sprint(value)
	}
	var whole strings.Builder
	for _, line := range lines {
		fmt.Fprint(&whole, line)
	}
	return whole.String()
}

// checkAnimation wants a GIF in which something moves.
func checkAnimation(t *testing.T, cell int, html string) {
	t.Helper()
	match := regexp.MustCompile(`data:image/gif;base64,([A-Za-z0-9+/=]+)`).FindStringSubmatch(html)
	if match == nil {
		t.Fatalf("cell %d: there is no GIF in its HTML", cell)
	}
	content, err := base64.StdEncoding.DecodeString(match[1])
	if err != nil {
		t.Fatal(err)
	}
	animation, err := gif.DecodeAll(bytes.NewReader(content))
	if err != nil {
		t.Fatalf("cell %d: %v", cell, err)
	}
	if frames := animation.Image; len(frames) < 10 || bytes.Equal(frames[0].Pix, frames[len(frames)-1].Pix) {
		t.Errorf("cell %d: an animation of %d frames, in which nothing moves", cell, len(animation.Image))
	}
}

// checkPicture wants a PNG with something coloured on it.
func checkPicture(t *testing.T, cell int, encoded string) {
	t.Helper()
	content, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		t.Fatalf("cell %d: %v", cell, err)
	}
	coloured := 0
	for y := range picture.Bounds().Dy() {
		for x := range picture.Bounds().Dx() {
			if r, g, b, _ := picture.At(x, y).RGBA(); max(r, g, b)-min(r, g, b) > 0x1000 {
				coloured++
			}
		}
	}
	if coloured < 500 {
		t.Errorf("cell %d: the picture is blank, %d of its pixels are coloured", cell, coloured)
	}
}

// number finds the number after a text in what was printed.
func number(t *testing.T, printed, after string) float64 {
	t.Helper()
	match := regexp.MustCompile(regexp.QuoteMeta(after) + `\s+([-+.e\d]+)`).FindStringSubmatch(printed)
	if match == nil {
		t.Fatalf("nothing was printed like %q and a number:\n%s", after, printed)
	}
	value, err := strconv.ParseFloat(match[1], 64)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// atMost checks a printed number.
func atMost(t *testing.T, printed, after string, bound float64) {
	t.Helper()
	if value := number(t, printed, after); !(value >= 0 && value <= bound) {
		t.Errorf("%q is %v, want at most %v", after, value, bound)
	}
}

// row finds the numbers of a row in the last table with that title: for 1, 2, 5 and 100 steps, and for
// the target itself. Of "mean ± spread" it takes the mean.
func row(t *testing.T, printed, title, name string) (values []float64) {
	t.Helper()
	_, table, _ := strings.Cut(printed, title+"\n\n|")
	match := regexp.MustCompile(`(?m)^\| ` + regexp.QuoteMeta(name) + ` \|(.*)\|$`).FindStringSubmatch(table)
	if match == nil {
		t.Fatalf("there is no row %q in a table %q:\n%s", name, title, printed)
	}
	for field := range strings.SplitSeq(match[1], "|") {
		value, err := strconv.ParseFloat(strings.Fields(field)[0], 64)
		if err != nil {
			t.Fatal(err)
		}
		values = append(values, value)
	}
	if len(values) != 5 {
		t.Fatalf("row %q has %d numbers, want 5", name, len(values))
	}
	return values
}

// within checks numbers of a row of the tables, each from low to high.
func within(t *testing.T, name string, values []float64, low, high float64) {
	t.Helper()
	for _, value := range values {
		if !(low <= value && value <= high) {
			t.Errorf("%s: %v, want from %v to %v", name, values, low, high)
			return
		}
	}
}

func TestTutorialOnXLA(t *testing.T) {
	t.Parallel() // Half of the time is one core's: cells are compiled and linked.
	printed := check(t, execute(t, tutorial, []string{"size=post"}, []string{"GOMLX_BACKEND=xla"}))
	if !strings.Contains(printed, "The engine: xla") {
		t.Errorf("not on XLA:\n%s", printed)
	}
	// The package computes the slope of an activation otherwise. A float32 is rounded by 6e-8 at most, and this is after
	// thirty steps.
	atMost(t, printed, "losses by hand and by package:", 1e-6)
	// The numbers are means of three trainings. Bounds for mean flow's single step and flow matching's
	// hundred are those of the package's TestQuality; the others are two standard errors or more away from
	// the means over seeds in the notebook's own table. The method's point is in the first two: one step of mean flow
	// against one of flow matching.
	const distance, off = "Several seeds: sliced Wasserstein distance", "Several seeds: share off the support"
	for _, target := range []string{"checkerboard", "crescent", "spiral"} {
		flow, mean := row(t, printed, distance, target+", flow matching"), row(t, printed, distance, target+", mean flow")
		within(t, target+", mean flow, 1 step", mean[:1], 0, 0.10)
		within(t, target+", flow matching, 1 step", flow[:1], 0.35, 0.95)
		within(t, target+", flow matching, 2 steps", flow[1:2], 0.2, 0.5)
		within(t, target+", flow matching, 5 steps", flow[2:3], 0.05, 0.25)
		within(t, target+", flow matching, 100 steps", flow[3:4], 0, 0.10)
		within(t, target+", mean flow, more steps", mean[1:4], 0, 0.15)
		within(t, target+", target", []float64{flow[4], mean[4]}, 0, 0.05)
		if flow[4] == 0 {
			t.Errorf("%s: two sets of target points are at distance 0", target)
		}
		for _, method := range []string{"flow matching", "mean flow"} {
			shares := row(t, printed, off, target+", "+method)
			within(t, target+", "+method+", off the support", shares[:4], 0, 1)
			within(t, target+", off the support", shares[4:], 0, 0.01)
		}
	}
	within(t, "checkerboard, mean flow, 1 step, off the support", row(t, printed, off, "checkerboard, mean flow")[:1], 0, 0.47)
}

func TestTutorialInPureGo(t *testing.T) {
	t.Parallel()
	const tiny = "Size{Width: 16, BatchSize: 256, BatchesPerEpoch: 5, " +
		"FlowMatchingEpochs: 20, MeanFlowEpochs: 20, FlowMatchingOnSpiral: 20, MeanFlowOnSpiral: 20}"
	parameters := []string{"size=" + tiny, "small=" + tiny, "seeds=int64(1)"}
	printed := check(t, execute(t, tutorial, parameters, []string{"GOMLX_BACKEND=go"}))
	if !strings.Contains(printed, "The engine: go") {
		t.Errorf("not in pure Go:\n%s", printed)
	}
	atMost(t, printed, "losses by hand and by package:", 0)
	// Hardly trained, but no worse than a single point at the centre of the checkerboard would be: √0.75.
	within(t, "checkerboard, mean flow", row(t, printed, "Several seeds: sliced Wasserstein distance", "checkerboard, mean flow"), 0, 0.866)
}

// Hardly trained: what is checked is that every cell runs, and that what doesn't depend on training is right.
func TestBeyondTheTutorial(t *testing.T) {
	t.Parallel()
	printed := check(t, execute(t, "../../notebooks/beyond.ipynb", []string{"epochs=1", "seeds=int64(1)"}, []string{"GOMLX_BACKEND=xla"}))
	// The entropy of eight Gaussians that hardly overlap is that of one, 1 + ln 2πσ², and ln 8; the mean of 2,000 points is
	// within five of its standard deviations, 1/√2,000 each.
	entropy := 1 + math.Log(2*math.Pi*0.15*0.15) + math.Log(8)
	own := number(t, printed, "| the distribution's own |")
	if math.Abs(own+entropy) > 0.112 {
		t.Errorf("the mean log-likelihood of the distribution's own points is %v, want %v", own, -entropy)
	}
}

// The pictures in the README are those of the notebook.
func TestFiguresAreOfTheNotebook(t *testing.T) {
	found := 0
	for _, cell := range read(t, tutorial).Cells {
		for _, tag := range cell.Metadata.Tags {
			name, ok := strings.CutPrefix(tag, "figure:")
			if !ok {
				continue
			}
			found++
			file, err := os.ReadFile("../../notebooks/figures/" + name + ".png")
			if err != nil {
				t.Fatal(err)
			}
			for _, output := range cell.Outputs {
				encoded, _ := output.Data["image/png"].(string)
				shown, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
				if err != nil || !bytes.Equal(file, shown) {
					t.Errorf("%s.png is not what the notebook shows (%v): make notebooks", name, err)
				}
			}
		}
	}
	if found == 0 {
		t.Error("no cell has a tag like figure:name")
	}
}

// Notebooks are committed as they were executed.
func TestCommittedNotebooks(t *testing.T) {
	paths, err := filepath.Glob("../../notebooks/*.ipynb")
	if err != nil || len(paths) == 0 {
		t.Fatal(paths, err)
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			check(t, read(t, path))
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if len(content) > 6<<20 {
				t.Errorf("it has %d bytes, want at most 6 MiB", len(content))
			}
			for _, local := range []string{root, "/home/", "/root/", "/Users/", "/tmp/"} {
				if bytes.Contains(content, []byte(local)) {
					t.Errorf("it holds a path of one machine: %s", local)
				}
			}
		})
	}
}

// The stop button sends a signal, and kills what hasn't ended five seconds later.
func TestStopButtonLeavesACheckpoint(t *testing.T) {
	var cells []string
	for _, cell := range read(t, tutorial).Cells {
		if cell.Type == "code" {
			cells = append(cells, string(cell.Source)) // It tells the kernel where the code is.
			break
		}
	}
	const config = `meanflow.Config{Data: datasets.Checkerboard{}, Epochs: 1_000_000, BatchesPerEpoch: 2, Dir: "stopped", Resume: true}`
	cells = append(cells, `%%
m, err := meanflow.Train(context.Background(), `+config+`)
fmt.Println("The model:", m != nil, "the error:", err)`)
	folder := emptyFolder(t)
	printed := python(t, []string{"GOMLX_BACKEND=go"}, "interrupt.py", append([]string{folder, "Epoch ["}, cells...)...)
	paths, err := meanflow.Checkpoints(filepath.Join(folder, "stopped"))
	if err != nil || len(paths) < 2 {
		t.Fatalf("checkpoints %v, %v\n%s", paths, err, printed)
	}
	for _, want := range []string{"The model: true", "interrupt", "Config.Resume", filepath.Base(paths[len(paths)-1])} {
		if !strings.Contains(printed, want) {
			t.Errorf("the cell printed %q, want something about %q", printed, want)
		}
	}
	if m, err := meanflow.Load(filepath.Join(folder, "stopped")); err != nil || m.Epoch() < 1 {
		t.Errorf("loaded %v, %v", m, err)
	}
}
