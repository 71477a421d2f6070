package datasets_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/sbinet/npyio/npy"
	"gonum.org/v1/gonum/mat"

	"github.com/meanflow-go/meanflow/datasets"
)

// table returns the table of points, and its CSV text.
func table(
	t *testing.T, schema datasets.Schema, points [][]float64, options datasets.TableOptions,
) (*datasets.Table, string) {
	t.Helper()
	made, err := schema.Table(points, options)
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	if err := made.WriteCSV(&text); err != nil {
		t.Fatal(err)
	}
	return made, text.String()
}

func TestTable(t *testing.T) {
	samples := [][]float64{
		{0.2, 0.1, 0.7, 3500.25, -0.4, 0.9},
		{-3, -2, -2.5, 5000, 12.6, 1},
		{1, 0, 0, 3400, 11.5, 1},
	}
	given := map[string]any{"species": "Gentoo", "year": "2008", "sex": "male"}
	made, text := table(t, penguinSchema, samples, datasets.TableOptions{Given: given})
	want := "island,mass,count,site,species,year,sex\n" +
		"Torgersen,3500.25,0,A,Gentoo,2008,male\n" +
		"Dream,5000,13,A,Gentoo,2008,male\n" +
		"Biscoe,3400,12,A,Gentoo,2008,male\n"
	if text != want {
		t.Errorf("the table is\n%swant\n%s", text, want)
	}
	var lines []string
	for _, outside := range made.Outside() {
		lines = append(lines, outside.String())
	}
	if want := []string{
		"mass: 2 of 3 samples below 3475 or above 4725.5",
		"count: 1 of 3 samples below 0 or above 12",
	}; !slices.Equal(lines, want) {
		t.Errorf("outside are %q, want %q", lines, want)
	}
	clipped, text := table(t, penguinSchema, samples, datasets.TableOptions{Clip: true})
	want = "island,mass,count,site\n" +
		"Torgersen,3500.25,0,A\nDream,4725.5,12,A\nBiscoe,3475,12,A\n"
	if text != want || len(clipped.Outside()) != 2 {
		t.Errorf("clipped, the table is\n%swant\n%s", text, want)
	}
	if samples[1][3] != 5000 {
		t.Error("clipping changed the samples")
	}
}

func TestTableOfNumbers(t *testing.T) {
	const large = 1 << 60
	schema := fromPoints(t, [][]float64{{5.1, -3, large}, {5.1, 4, 7}}).Schema()
	_, text := table(t, schema, [][]float64{
		{5.1, 2.5, large + 1024}, {5.1, -2.5, 1e25}, {5.2, -0.4, -0.6},
	}, datasets.TableOptions{})
	want := "x1,x2,x3\n5.1,3,1152921504606848000\n5.1,-3,1e+25\n5.1,0,-1\n"
	if text != want {
		t.Errorf("the table is\n%swant\n%s", text, want)
	}
}

func TestTableRefuses(t *testing.T) {
	good := []float64{1, 0, 0, 4000, 1, 1}
	for name, test := range map[string]struct {
		points [][]float64
		given  map[string]any
		wants  string
	}{
		"none":     {nil, nil, "points is empty"},
		"too few":  {[][]float64{good, {1, 2}}, nil, "points[1] has 2 coordinates"},
		"NaN":      {[][]float64{{1, 0, 0, math.NaN(), 1, 1}}, nil, "points[0][3] is NaN"},
		"infinite": {[][]float64{{1, 0, math.Inf(1), 1, 1, 1}}, nil, "points[0][2] is +Inf"},
		"given":    {[][]float64{good}, map[string]any{}, `"species" is missing`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := penguinSchema.Table(test.points, datasets.TableOptions{Given: test.given})
			checkError(t, err, "Table", test.wants)
		})
	}
}

// hard are numbers that a careless format or parser changes.
var hard = []float64{
	0.1, 1. / 3, math.Pi * 1e-9, 1e9 + 0.25, math.MaxFloat64 / 1e9, 5e-324, math.Copysign(0, -1),
	1e21, 123456789012345680, 1e-6, 9.999999999999999e-7, -1e300, 4503599627370497.5,
}

// TestCSVReadsBackToTheBit goes from a file to points, samples, a table, a file, and points again.
func TestCSVReadsBackToTheBit(t *testing.T) {
	var points [][]float64
	for i := range hard {
		points = append(points, []float64{hard[i], hard[len(hard)-1-i]})
	}
	own := fromPoints(t, points)
	_, text := table(t, own.Schema(), own.Rows(), datasets.TableOptions{})
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, record := range records[1:] {
		for j, field := range record {
			back, err := strconv.ParseFloat(field, 64)
			if err != nil || math.Float64bits(back) != math.Float64bits(points[i][j]) {
				t.Errorf("%v was written as %s", points[i][j], field)
			}
		}
	}
	if back := read(t, text, datasets.ReadOptions{}); back.Fingerprint() != own.Fingerprint() {
		t.Errorf("read back: %v, was %v", back.Rows(), points)
	}
	penguinRows := read(t, penguins, datasets.ReadOptions{})
	_, text = table(t, penguinRows.Schema(), penguinRows.Rows(), datasets.TableOptions{})
	if text != penguins {
		t.Errorf("came back as\n%swant\n%s", text, penguins)
	}
}

// TestNetworkRoundTrip takes all rows to the network's float32 numbers and back: words and
// integers come back exactly, other numbers to float32's precision of the range.
func TestNetworkRoundTrip(t *testing.T) {
	own := read(t, penguins, datasets.ReadOptions{})
	scales, _, err := own.Scale()
	if err != nil {
		t.Fatal(err)
	}
	rows := own.Rows()
	for _, row := range rows {
		for j, y := range row {
			row[j] = scales[j].ToUser(float64(float32(scales[j].ToNetwork(y))))
		}
	}
	_, text := table(t, own.Schema(), rows, datasets.TableOptions{})
	want, err := csv.NewReader(strings.NewReader(penguins)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	got, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	const mass = 1
	for i := range want {
		for j := range want[i] {
			if i > 0 && j == mass {
				a, _ := strconv.ParseFloat(want[i][j], 64)
				b, err := strconv.ParseFloat(got[i][j], 64)
				if err != nil || math.Abs(a-b) > 1e-6*1250 {
					t.Errorf("mass %s came back as %s", want[i][j], got[i][j])
				}
			} else if want[i][j] != got[i][j] {
				t.Errorf("row %d: %q came back as %q", i, want[i][j], got[i][j])
			}
		}
	}
}

// TestCSVQuotes has names and words that are no plain text.
func TestCSVQuotes(t *testing.T) {
	for _, names := range [][]string{{"1", "2.5"}, {"", "x"}, {`a "b"`, "c,d\ne"}, {""}, {" x"}} {
		schema := datasets.Schema{}
		for _, name := range names {
			schema.Columns = append(schema.Columns, datasets.Column{
				Name: name, Kind: datasets.Category, Categories: []string{"", `x,"y"`},
			})
		}
		first, second := make([]float64, schema.Dim()), make([]float64, schema.Dim())
		for k := range names {
			first[2*k], second[2*k+1] = 1, 1
		}
		_, text := table(t, schema, [][]float64{first, second}, datasets.TableOptions{})
		records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil || len(records) != 3 || !slices.Equal(records[0], names) {
			t.Errorf("%q: %q came back as %q, error %v", names, text, records, err)
			continue
		}
		if records[1][0] != "" || records[2][0] != `x,"y"` {
			t.Errorf("%q: words came back as %q", names, records[1:])
		}
	}
}

func TestWriteNPY(t *testing.T) {
	schema := datasets.Schema{
		Columns: []datasets.Column{{Name: "x"}, {Name: "y", Max: 1}},
		Label:   datasets.Label{Name: "digit", Classes: []string{"3", "7"}},
	}
	var points [][]float64
	for i, x := range hard {
		points = append(points, []float64{x, float64(i)})
	}
	schema.Columns[0].Max = 1 // Not constant.
	made, _ := table(t, schema, points, datasets.TableOptions{Given: map[string]any{"digit": 7}})
	var file bytes.Buffer
	if err := made.WriteNPY(&file); err != nil {
		t.Fatal(err)
	}
	header := []byte("'descr': '<f8', 'fortran_order': False, 'shape': (13, 3)")
	isNPY := bytes.HasPrefix(file.Bytes(), []byte("\x93NUMPY"))
	if !isNPY || !bytes.Contains(file.Bytes(), header) {
		t.Errorf("the file begins with %q", file.Bytes()[:100])
	}
	var back mat.Dense
	if err := npy.Read(&file, &back); err != nil {
		t.Fatal(err)
	}
	for i, p := range points {
		for j, want := range []float64{p[0], p[1], 7} {
			if got := back.At(i, j); math.Float64bits(got) != math.Float64bits(want) {
				t.Errorf("row %d, column %d: %v came back as %v", i, j, want, got)
			}
		}
	}
	words, _ := table(t, penguinSchema, [][]float64{{1, 0, 0, 1, 1, 1}}, datasets.TableOptions{})
	checkError(t, words.WriteNPY(&file), `column "island"`, "WriteCSV")
}

// full is a disk without space.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestWriteErrors(t *testing.T) {
	own := fromPoints(t, [][]float64{{1, 2}, {3, 4}})
	made, err := own.Schema().Table(own.Rows(), datasets.TableOptions{})
	if err != nil {
		t.Fatal(err)
	}
	checkError(t, made.WriteCSV(full{}), "WriteCSV", "no space left")
	checkError(t, made.WriteNPY(full{}), "WriteNPY", "no space left")
	checkError(t, made.WriteJSON(full{}), "WriteJSON", "no space left")
}
