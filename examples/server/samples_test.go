package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"image/png"
	"math"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/latent"
	"github.com/meanflow-go/meanflow/plotting"
)

// decoded returns the table of an answer, its names first.
func decoded(t *testing.T, a answer) [][]string {
	t.Helper()
	if a.status != 200 {
		t.Fatalf("the answer is %d: %s", a.status, a.content)
	}
	if strings.HasPrefix(a.header.Get("Content-Type"), "text/csv") {
		return must(csv.NewReader(strings.NewReader(a.content)).ReadAll())(t)
	}
	var split struct {
		Columns []string `json:"columns"`
		Data    [][]any  `json:"data"`
	}
	if err := json.Unmarshal([]byte(a.content), &split); err != nil {
		t.Fatal(err)
	}
	table := [][]string{split.Columns}
	for _, row := range split.Data {
		var texts []string
		for _, value := range row {
			texts = append(texts, fmt.Sprint(value))
		}
		table = append(table, texts)
	}
	return table
}

// compare compares the table of an answer with the expected one: numbers to 1e-5 of their size,
// since several steps of Model.Sample are rounded otherwise than one after the other.
func compare(t *testing.T, name string, got, want [][]string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: the answer has %d rows, want %d", name, len(got)-1, len(want)-1)
		return
	}
	for i := range want {
		for j := range want[i] {
			a, errA := strconv.ParseFloat(got[i][j], 64)
			b, errB := strconv.ParseFloat(want[i][j], 64)
			isNear := errA == nil && errB == nil && math.Abs(a-b) <= 1e-5*max(1, math.Abs(b))
			if len(got[i]) != len(want[i]) || got[i][j] != want[i][j] && !isNear {
				t.Errorf("%s: row %d is %q, want %q", name, i, got[i], want[i])
				return
			}
		}
	}
}

// tableOf returns points as rows of a table, its names first.
func tableOf(
	t *testing.T, schema datasets.Schema, points [][]float64, given map[string]any,
) [][]string {
	t.Helper()
	var text bytes.Buffer
	table := must(schema.Table(points, datasets.TableOptions{Given: given}))(t)
	if err := table.WriteCSV(&text); err != nil {
		t.Fatal(err)
	}
	return must(csv.NewReader(&text).ReadAll())(t)
}

// TestRows compares answers with Model.Sample, and with SampleWith for conditions.
func TestRows(t *testing.T) {
	makeModels(t)
	_, address := newTestServer(t, folders.rows, defaultLimits)
	model := must(meanflow.Load(folders.rows))(t)
	schema := must(datasets.ParseSchema(model.Description()))(t)
	given := map[string]any{"species": "Gentoo", "year": "2009"}
	gentoo := meanflow.SampleOptions{Class: 3, Values: []float64{2009}, Guidance: 2.5}
	one := tableOf(t, schema, must(model.Sample(50, 1, 42))(t), nil)
	three := tableOf(t, schema, must(model.Sample(50, 3, -7))(t), nil)
	guided := tableOf(t, schema, must(model.SampleWith(gentoo, 50, 42))(t), given)
	const query = "given=species%3DGentoo&given=year=2009&guidance=2.5"
	const body = `"given": {"species": "Gentoo", "year": 2009}, "guidance": 2.5`
	for name, test := range map[string]struct {
		got  answer
		want [][]string
	}{
		"GET CSV":  {get(t, address, "n=50&seed=42"), one},
		"GET JSON": {get(t, address, "n=50&seed=42&format=json"), one},
		"3 steps":  {get(t, address, "n=50&seed=-7&steps=3"), three},
		"POST":     {post(t, address, `{"n": 50, "seed": 42}`), one},
		"POST JSON": {post(t, address, `{"n": 50, "seed": -7, "steps": 3, "format": "json"}`),
			three},
		"GET guided":   {get(t, address, "n=50&seed=42&"+query), guided},
		"POST guided":  {post(t, address, `{"n": 50, "seed": 42, `+body+`}`), guided},
		"JSON guided":  {get(t, address, "n=50&seed=42&format=json&"+query), guided},
		"empty given":  {post(t, address, `{"n": 50, "seed": 42, "given": {}}`), one},
		"no guidance":  {post(t, address, `{"n": 50, "seed": 42, "guidance": 0}`), one},
		"1 and 1 step": {get(t, address, "n=50&seed=42&steps=1"), one},
	} {
		compare(t, name, decoded(t, test.got), test.want)
	}
	if slices.Equal(guided[1][:3], one[1]) {
		t.Error("the conditions change nothing")
	}
}

func TestClip(t *testing.T) {
	makeModels(t)
	_, address := newTestServer(t, folders.rows, defaultLimits)
	for query, isClipped := range map[string]bool{"": false, "&clip=true": true} {
		outside := 0
		for _, row := range decoded(t, get(t, address, "n=500&seed=1"+query))[1:] {
			// The masses of rows are from 3000 to 3000 + 17.5·22.
			if mass := must(strconv.ParseFloat(row[0], 64))(t); mass < 3000 || mass > 3385 {
				outside++
			}
		}
		if isClipped != (outside == 0) {
			t.Errorf("%q: %d of 500 masses are outside the data's range", query, outside)
		}
	}
}

// TestSeed asks twice without a seed: the header says which seed gives the same rows again.
func TestSeed(t *testing.T) {
	makeModels(t)
	_, address := newTestServer(t, folders.plane, defaultLimits)
	first, second := get(t, address, "n=5"), get(t, address, "n=5")
	if first.content == second.content {
		t.Error("without a seed, two answers are the same")
	}
	again := get(t, address, "n=5&seed="+first.header.Get("Seed"))
	if again.content != first.content {
		t.Errorf("the seed of the header gives\n%s\nafter\n%s", again.content, first.content)
	}
	if rows := decoded(t, get(t, address, "")); len(rows) != 1001 || rows[0][1] != "x2" {
		t.Errorf("an empty query gives %d rows of %q", len(rows)-1, rows[0])
	}
}

// TestPlane asks for a model that has no description: its columns are x1 and x2.
func TestPlane(t *testing.T) {
	makeModels(t)
	_, address := newTestServer(t, folders.plane, defaultLimits)
	points := must(must(meanflow.Load(folders.plane))(t).Sample(30, 1, 5))(t)
	want := [][]string{{"x1", "x2"}}
	for _, point := range points {
		want = append(want, []string{fmt.Sprint(point[0]), fmt.Sprint(point[1])})
	}
	compare(t, "plane", decoded(t, get(t, address, "n=30&seed=5")), want)

	a := get(t, address, "n=30&seed=5&format=png")
	picture := must(plotting.Scatter("", points).Figure().PNG())(t)
	checkPicture(t, a, picture)
}

// TestFiles asks models in safetensors files, which generate what those in folders do.
func TestFiles(t *testing.T) {
	makeModels(t)
	for folder, query := range map[string]string{
		folders.plane: "n=5&seed=5", folders.images: "n=5&seed=5&format=json",
	} {
		var content bytes.Buffer
		if points, err := meanflow.Load(folder); err == nil {
			err = points.WriteSafetensors(&content)
			if err != nil {
				t.Fatal(err)
			}
		} else if err := must(latent.Load(folder, nil))(t).WriteSafetensors(&content); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "model.safetensors")
		if err := os.WriteFile(file, content.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
		_, address := newTestServer(t, file, defaultLimits)
		_, other := newTestServer(t, folder, defaultLimits)
		got, want := get(t, address, query), get(t, other, query)
		if got.status != 200 || got.content != want.content {
			t.Errorf("%s: status %d, %s\nwant %s", folder, got.status, got.content, want.content)
		}
	}
	broken := filepath.Join(t.TempDir(), "broken.safetensors")
	if err := os.WriteFile(broken, []byte("text"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := load(broken); err == nil {
		t.Error("a file that is no model is no error")
	}
}

// TestPairs asks for a picture of named columns, which have units of their own.
func TestPairs(t *testing.T) {
	model, s, address := blocked(t, defaultLimits)
	close(model.release)
	s.generator.isNamed = true
	points := must(model.SampleWith(meanflow.SampleOptions{}, 30, 0))(t)
	picture := must(plotting.PairPlot([]string{"x1", "x2"}, points, nil).PNG())(t)
	checkPicture(t, get(t, address, "n=30&format=png"), picture)
}

// checkPicture compares the answer with a picture, which must have more than one colour.
func checkPicture(t *testing.T, a answer, want []byte) {
	t.Helper()
	if a.status != 200 || a.header.Get("Content-Type") != "image/png" {
		t.Fatalf("the answer is %d, %s", a.status, a.header.Get("Content-Type"))
	}
	got := must(png.Decode(strings.NewReader(a.content)))(t)
	wanted := must(png.Decode(bytes.NewReader(want)))(t)
	if got.Bounds() != wanted.Bounds() {
		t.Fatalf("the picture has bounds %v, want %v", got.Bounds(), wanted.Bounds())
	}
	colours := map[any]bool{}
	for y := range got.Bounds().Dy() {
		for x := range got.Bounds().Dx() {
			if got.At(x, y) != wanted.At(x, y) {
				t.Fatalf("pixel %d, %d is %v, want %v", x, y, got.At(x, y), wanted.At(x, y))
			}
			colours[got.At(x, y)] = true
		}
	}
	if len(colours) < 2 {
		t.Error("the picture is empty")
	}
}

func TestImages(t *testing.T) {
	makeModels(t)
	_, address := newTestServer(t, folders.images, defaultLimits)
	model := must(latent.Load(folders.images, nil))(t)
	dogs := must(model.SampleWith(meanflow.SampleOptions{Class: 2}, 7, 3))(t)
	picture := must(plotting.Images("", plotting.ImageGrid{
		Images: dogs, Height: 6, Width: 4,
	}).Figure().PNG())(t)
	checkPicture(t, get(t, address, "n=7&seed=3&format=png&given=class=dogs"), picture)

	rows := decoded(t, get(t, address, "n=7&seed=3&format=json&given=class=dogs"))
	want := [][]string{nil}
	for k := range 24 {
		want[0] = append(want[0], fmt.Sprint("x", k+1))
	}
	want[0] = append(want[0], "class")
	for _, dog := range dogs {
		var row []string
		for _, pixel := range dog {
			row = append(row, fmt.Sprint(pixel))
		}
		want = append(want, append(row, "dogs"))
	}
	compare(t, "images", rows, want)
	a := get(t, address, "n=1&given="+url.QueryEscape("class=cows"))
	if a.status != 422 || !strings.Contains(a.content, `it must be one of \"cats\", \"dogs\"`) {
		t.Errorf("cows are %d: %s", a.status, a.content)
	}
}
