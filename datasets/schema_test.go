package datasets_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/meanflow-go/meanflow/datasets"
)

var penguinSchema = datasets.Schema{
	Columns: []datasets.Column{
		{
			Name: "island", Kind: datasets.Category,
			Categories: []string{"Biscoe", "Dream", "Torgersen"},
		},
		{Name: "mass", Kind: datasets.Number, Min: 3475, Max: 4725.5},
		{Name: "count", Kind: datasets.Integer, Min: 0, Max: 12},
		{Name: "site", Kind: datasets.Category, Categories: []string{"A"}},
	},
	Label: datasets.Label{Name: "species", Classes: []string{"Adelie", "Chinstrap", "Gentoo"}},
	Conditions: []datasets.Column{
		{Name: "year", Kind: datasets.Integer, Min: 2007, Max: 2009},
		{Name: "sex", Kind: datasets.Category, Categories: []string{"female", "male"}},
	},
}

func TestSchema(t *testing.T) {
	own := read(t, penguins, penguinRoles)
	if got := own.Schema(); !reflect.DeepEqual(got, penguinSchema) {
		t.Errorf("the schema is\n%v, want\n%v", got, penguinSchema)
	}
	if own.Dim() != 6 || own.Schema().Dim() != 6 || own.Classes() != 3 || own.Values() != 3 {
		t.Errorf("%d coordinates, %d classes, %d values, want 6, 3 and 3", own.Dim(), own.Classes(),
			own.Values())
	}
}

func TestDescriptionRoundTrip(t *testing.T) {
	for name, own := range map[string]*datasets.Points{
		"table":  read(t, penguins, penguinRoles),
		"points": fromPoints(t, [][]float64{{0.1, -1e300}, {5e-324, 1e300}}),
	} {
		description, err := own.Description()
		if err != nil {
			t.Fatal(err)
		}
		back, err := datasets.ParseSchema(description)
		if err != nil || !reflect.DeepEqual(back, own.Schema()) {
			t.Errorf("%s: %s came back as\n%v, error %v", name, description, back, err)
		}
	}
}

// TestOrderOfNames wants numbers in ascending order, and the alphabetical order otherwise,
// whichever comes first in the file.
func TestOrderOfNames(t *testing.T) {
	for _, test := range []struct {
		rows []string // Of the label, beside 0, 1, 2 and so on.
		want []string
	}{
		{[]string{"10", "9", "-2", "9"}, []string{"-2", "9", "10"}},
		{[]string{"b", "10", "9", "a"}, []string{"10", "9", "a", "b"}},
	} {
		text := "x,y\n"
		for i, name := range test.rows {
			text += fmt.Sprintf("%d,%s\n", i, name)
		}
		own := read(t, text, datasets.ReadOptions{Label: "y"})
		if got := own.Schema().Label.Classes; !slices.Equal(got, test.want) {
			t.Errorf("the classes are %q, want %q", got, test.want)
		}
		drawn, classes, err := datasets.DrawLabelled(own, 20, 1)
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range drawn {
			if got, want := test.want[classes[i]-1], test.rows[int(p[0])]; got != want {
				t.Errorf("x = %v has the class %q, want %q", p[0], got, want)
			}
		}
	}
}

func TestDrawLabelledWithoutClasses(t *testing.T) {
	_, _, err := datasets.DrawLabelled(fromPoints(t, [][]float64{{1}}), 1, 1)
	checkError(t, err, "no classes", "ReadOptions.Label")
}

func TestParseSchemaRefuses(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{``, "ParseSchema"},
		{`{}`, "no columns"},
		{`{"columns":[{"kind":"words"}]}`, `"words"`},
		{`{"columns":[{"name":"x","kind":"category"}]}`, `column "x" has no categories`},
		{`{"columns":[{"kind":"category","categories":["a","a"]}]}`, `"a" twice`},
		{`{"columns":[{"name":"x","min":2,"max":1}]}`, `column "x" is from 2 to 1`},
		{`{"columns":[{"name":"x","min":-1e301}]}`, "1e300"},
		{`{"columns":[{}],"label":{"name":"y","classes":["a","b","a"]}}`, `called "a"`},
		{`{"columns":[{}],"label":{"name":"y","classes":["a"]},"conditions":[{"name":"y"}]}`,
			`called "y"`},
	} {
		schema, err := datasets.ParseSchema([]byte(test.text))
		checkError(t, err, "ParseSchema", test.want)
		if schema.Columns != nil {
			t.Errorf("%s gives %v besides the error", test.text, schema)
		}
	}
}

func TestGiven(t *testing.T) {
	for _, test := range []struct {
		species, year, sex any
		class              int
		values             []float64
	}{
		{"Gentoo", "2008", "male", 3, []float64{2008, 0, 1}},
		{"Adelie", 2007, "female", 1, []float64{2007, 1, 0}},
		{"Chinstrap", 2008.5, "female", 2, []float64{2008.5, 1, 0}},
	} {
		given := map[string]any{"species": test.species, "year": test.year, "sex": test.sex}
		class, values, err := penguinSchema.Given(given)
		if err != nil || class != test.class || !slices.Equal(values, test.values) {
			t.Errorf("%v: class %d, values %v, error %v", given, class, values, err)
		}
	}
	numbered := datasets.Schema{
		Columns: []datasets.Column{{Name: "x", Max: 1}},
		Label:   datasets.Label{Name: "digit", Classes: []string{"0", "1.0", "02"}},
	}
	for given, want := range map[any]int{0: 1, "1": 2, 1.0: 2, int64(2): 3, "02": 3} {
		class, values, err := numbered.Given(map[string]any{"digit": given})
		if err != nil || class != want || values != nil {
			t.Errorf("%v: class %d, values %v, error %v, want %d", given, class, values, err, want)
		}
	}
	none := fromPoints(t, [][]float64{{1}}).Schema()
	if class, values, err := none.Given(nil); class != 0 || values != nil || err != nil {
		t.Errorf("without conditions: class %d, values %v, error %v", class, values, err)
	}
	_, _, err := none.Given(map[string]any{"year": 1})
	checkError(t, err, `no condition "year"`, "none")
}

func TestGivenRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		key   string
		value any
		wants string
	}{
		"unknown name":     {"Year", 1, `no condition "Year", there are: "species", "year", "sex"`},
		"unknown class":    {"species", "King", `"King", it must be one of "Adelie", "Chinstrap"`},
		"unknown category": {"sex", "", `"", it must be one of "female", "male"`},
		"too large":        {"year", 2010, `"2010", it must be a number from 2007 to 2009`},
		"no number":        {"year", "soon", `condition "year" is "soon"`},
		"NaN":              {"year", "NaN", `condition "year" is "NaN"`},
		"nil":              {"year", nil, `condition "year" is`},
	} {
		given := map[string]any{"species": "Adelie", "year": 2007, "sex": "male"}
		given[test.key] = test.value
		_, _, err := penguinSchema.Given(given)
		checkError(t, err, test.wants)
		if err != nil && len(err.Error()) >= 200 {
			t.Errorf("%s: the error has %d bytes", name, len(err.Error()))
		}
	}
	for _, missing := range []string{"species", "year", "sex"} {
		given := map[string]any{"species": "Adelie", "year": 2007, "sex": "male"}
		delete(given, missing)
		_, _, err := penguinSchema.Given(given)
		checkError(t, err, "condition", missing, "is missing")
	}
}

// TestLongLists wants ten categories in a description, and those that have room in an error.
func TestLongLists(t *testing.T) {
	var words []string
	for i := range 50 {
		words = append(words, fmt.Sprintf("word %02d", i))
	}
	column := datasets.Column{Name: "w", Kind: datasets.Category, Categories: words}
	text := datasets.Schema{Columns: []datasets.Column{column}}.String()
	if !strings.HasSuffix(text, `"word 09", … (40 more)`) {
		t.Errorf("the schema is %s, want ten words and how many more", text)
	}
	schema := datasets.Schema{Label: datasets.Label{Name: "l", Classes: words}}
	_, _, err := schema.Given(map[string]any{"l": "word"})
	checkError(t, err, `it must be one of "word 00", "word 01", `, `"word 10", … (39 more)`)
	if err != nil && len(err.Error()) >= 200 {
		t.Errorf("the error has %d bytes", len(err.Error()))
	}
}
