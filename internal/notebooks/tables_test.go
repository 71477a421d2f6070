package notebooks

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// number returns the number that follows a text in the printed output.
func number(t *testing.T, printed, after string) float64 {
	t.Helper()
	pattern := regexp.MustCompile(regexp.QuoteMeta(after) + `\s+([-+.e\d]+)`)
	match := pattern.FindStringSubmatch(printed)
	if match == nil {
		t.Fatalf("no number follows %q in the output:\n%s", after, printed)
	}
	value, err := strconv.ParseFloat(match[1], 64)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// checkLossesByHand checks how far the losses of the tutorial's own code are from the package's.
func checkLossesByHand(t *testing.T, printed string, bound float64) {
	t.Helper()
	difference := number(t, printed, "losses by hand and by package:")
	if !(difference >= 0 && difference <= bound) {
		t.Errorf("losses by hand and by package differ by %v, want at most %v", difference, bound)
	}
}

// row returns the numbers of a row in the table below a title: those of 1, 2, 5 and 100 steps, and
// those of the target itself. It reads "mean ± deviation" as the mean.
func row(t *testing.T, printed, title, name string) (values []float64) {
	t.Helper()
	_, table, _ := strings.Cut(printed, title+"\n\n|")
	pattern := regexp.MustCompile(`(?m)^\| ` + regexp.QuoteMeta(name) + ` \|(.*)\|$`)
	match := pattern.FindStringSubmatch(table)
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

// within checks that all values lie between two bounds.
func within(t *testing.T, name string, values []float64, low, high float64) {
	t.Helper()
	for _, value := range values {
		if !(low <= value && value <= high) {
			t.Errorf("%s: %v, want from %v to %v", name, values, low, high)
			return
		}
	}
}

const (
	distances = "Several seeds: sliced Wasserstein distance"
	shares    = "Several seeds: share off the support"
)

// quality holds upper bounds for the tutorial's tables.
type quality struct {
	oneStep           float64 // Distance of mean flow's one step.
	moreSteps         float64 // Distance of mean flow's 2, 5 and 100 steps.
	flowMatching      float64 // Distance of flow matching's 100 steps.
	offInCheckerboard float64 // Share of mean flow's one step off the support.
}

// checkQuality checks the tutorial's tables. The method's point is in the first two bounds: one
// step of mean flow is near the target, one step of flow matching is far from it.
func checkQuality(t *testing.T, printed string, bound quality) {
	t.Helper()
	for _, target := range []string{"checkerboard", "crescent", "spiral"} {
		flow := row(t, printed, distances, target+", flow matching")
		mean := row(t, printed, distances, target+", mean flow")
		within(t, target+", mean flow, 1 step", mean[:1], 0, bound.oneStep)
		within(t, target+", flow matching, 1 step", flow[:1], 0.35, 0.95)
		within(t, target+", flow matching, 2 steps", flow[1:2], 0.2, 0.5)
		within(t, target+", flow matching, 5 steps", flow[2:3], 0.05, 0.25)
		within(t, target+", flow matching, 100 steps", flow[3:4], 0, bound.flowMatching)
		within(t, target+", mean flow, more steps", mean[1:4], 0, bound.moreSteps)
		within(t, target+", target", []float64{flow[4], mean[4]}, 0, 0.05)
		if flow[4] == 0 {
			t.Errorf("%s: two sets of target points are at distance 0", target)
		}
		for _, method := range []string{"flow matching", "mean flow"} {
			off := row(t, printed, shares, target+", "+method)
			within(t, target+", "+method+", off the support", off[:4], 0, 1)
			within(t, target+", off the support", off[4:], 0, 0.01)
		}
	}
	name := "checkerboard, mean flow"
	off := row(t, printed, shares, name)
	within(t, name+", 1 step, off the support", off[:1], 0, bound.offInCheckerboard)
}
