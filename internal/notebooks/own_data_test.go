package notebooks

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Hardly trained: what this checks is that every cell runs, and what does not depend on training.
func TestOwnData(t *testing.T) {
	needsKernel(t)
	t.Parallel()
	// The notebook is executed in a folder in .local.
	engine := "go"
	if *atDefaultSize {
		engine = "xla" // Pure Go takes minutes at that size.
	}
	book := execute(t, ownData, engine, append(parameters("epochs=6", "batchSize=64"),
		`file="../../notebooks/data/penguins.csv"`)...)
	checkOutputs(t, book)
	checkOwnData(t, book.printed())
}

// The bounds are those of metrics.Report for samples with the distribution of the data.
func TestCommittedOwnData(t *testing.T) {
	printed := read(t, ownData).printed()
	checkOwnData(t, printed)
	within(t, "standardised", cells(t, printed, "standardised")[2:], 0.7, 1.3)
	within(t, "in mm and g", cells(t, printed, "in mm and g")[2:], 5, math.Inf(1))
	samples := cells(t, printed, "the model's samples")
	within(t, "samples, sliced Wasserstein distance", samples[:1], 0.7, 1.3)
	within(t, "samples, correlations", samples[1:2], 0, 0.2)
	within(t, "samples, nearest row", samples[2:3], 0.6, 1.3)
	within(t, "samples, copies", samples[3:], 0, 0)
	for _, length := range []string{"180 mm", "190 mm", "200 mm", "210 mm", "220 mm"} {
		masses := cells(t, printed, length)
		within(t, length, masses[:1], masses[1]-150, masses[1]+150)
	}
}

// checkOwnData checks what the notebook prints after any training.
func checkOwnData(t *testing.T, printed string) {
	t.Helper()
	for _, want := range []string{
		`penguins.csv, line 5, column "bill_length_mm": "NA" means a missing value`,
		"11 rows with missing values left out",
		"266 rows to train on and 67 held-out rows",
		`wrong.csv, line 2, column "body_mass_g": 3.75e+06 is`,
		"By quantiles: <nil>",
	} {
		if !strings.Contains(printed, want) {
			t.Errorf("the notebook does not print %q:\n%s", want, printed)
		}
	}
	if count := strings.Count(printed, ",Gentoo\n"); count != 3 {
		t.Errorf("%d rows of the loaded model are Gentoo, want 3", count)
	}
	copies := cells(t, printed, "copies")
	within(t, "copies, sliced Wasserstein distance", copies[:1], 0.7, 1.1)
	within(t, "copies, nearest row", copies[2:3], 0, 0)
	within(t, "copies, copies", copies[3:], 100, 100)
	mixed := cells(t, printed, "mixed rows")
	within(t, "mixed rows, sliced Wasserstein distance", mixed[:1], 1.3, 2)
	within(t, "mixed rows, correlations", mixed[1:2], 0.5, 1)
	within(t, "mixed rows, nearest row", mixed[2:3], 2, 10)
}

// cells returns the numbers with which the cells begin after a name, in its line of a table, up to
// the first empty cell.
func cells(t *testing.T, printed, name string) (values []float64) {
	t.Helper()
	pattern := regexp.MustCompile(`(?m)^\| ` + regexp.QuoteMeta(name) + ` \|(.*)\|$`)
	match := pattern.FindStringSubmatch(printed)
	if match == nil {
		t.Fatalf("there is no line %q in a table:\n%s", name, printed)
	}
	for field := range strings.SplitSeq(match[1], "|") {
		words := strings.Fields(field)
		if len(words) == 0 {
			break
		}
		value, err := strconv.ParseFloat(words[0], 64)
		if err != nil {
			t.Fatal(err)
		}
		values = append(values, value)
	}
	return values
}
