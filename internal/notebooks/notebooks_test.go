// Package notebooks executes the notebooks through their Jupyter kernel and checks what they put out.
package notebooks

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	// What only notebooks import is kept in go.mod by being imported here.
	_ "github.com/janpfeifer/must"

	_ "github.com/meanflow-go/meanflow/datasets"
	_ "github.com/meanflow-go/meanflow/meanflow"
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
	Type    string `json:"cell_type"`
	Source  text
	Outputs []output
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
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	folder, err := os.MkdirTemp(filepath.Join(root, ".local"), "notebook-")
	if err != nil {
		t.Fatalf("is everything set up (make test)? %v", err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	executed := filepath.Join(folder, "executed.ipynb")
	arguments := []string{"execute.py", path, "--output", executed, "--directory", folder}
	for _, parameter := range parameters {
		arguments = append(arguments, "--set", parameter)
	}
	command := exec.CommandContext(t.Context(), filepath.Join(root, ".local/venv/bin/python"), arguments...)
	command.Env = append(os.Environ(), environment...)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return read(t, executed)
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
			}
		}
		if want := strings.Count(string(cell.Source), ".Display()"); shown != want {
			t.Errorf("cell %d shows %d pictures, want %d", i, shown, want)
		}
		pictures += shown
	}
	if pictures == 0 {
		t.Error("there are no pictures")
	}
	return printed.String()
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

func TestTutorialOnXLA(t *testing.T) {
	printed := check(t, execute(t, tutorial, nil, []string{"GOMLX_BACKEND=xla"}))
	if !strings.Contains(printed, "The engine: xla") {
		t.Errorf("not on XLA:\n%s", printed)
	}
	atMost(t, printed, "losses by hand and by package:", 0)
	// The bounds of the package's TestQuality, which come from several seeds.
	atMost(t, printed, "mean flow, steps: 1        sliced Wasserstein", 0.10)
	atMost(t, printed[strings.Index(printed, "mean flow, steps: 1 "):], "off support", 47)
	atMost(t, printed, "flow matching, steps: 100  sliced Wasserstein", 0.10)
	atMost(t, printed, "target                     sliced Wasserstein", 0.03)
}

func TestTutorialInPureGo(t *testing.T) {
	printed := check(t, execute(t, tutorial, []string{"epochs=3", "batchSize=512"}, []string{"GOMLX_BACKEND=go"}))
	if !strings.Contains(printed, "The engine: go") {
		t.Errorf("not in pure Go:\n%s", printed)
	}
	atMost(t, printed, "losses by hand and by package:", 0)
	// Hardly trained, but no worse than a single point at the centre of the checkerboard would be: √0.75.
	atMost(t, printed, "mean flow, steps: 1        sliced Wasserstein", 0.866)
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
