package notebooks

import (
	"math"
	"regexp"
	"strconv"
	"testing"
)

// numbers returns the n numbers of the first line that begins with a text, after it.
func numbers(t *testing.T, printed, text string, n int) (values []float64) {
	t.Helper()
	pattern := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(text) + `(.*)$`)
	line := pattern.FindStringSubmatch(printed)
	if line == nil {
		t.Fatalf("no line begins with %q:\n%s", text, printed)
	}
	for _, number := range regexp.MustCompile(`-?\d+\.\d+`).FindAllString(line[1], -1) {
		value, err := strconv.ParseFloat(number, 64)
		if err != nil {
			t.Fatal(err)
		}
		values = append(values, value)
	}
	if len(values) != n {
		t.Fatalf("%d numbers follow %q, want %d", len(values), text, n)
	}
	return values
}

// checkArgument checks what the tutorial computes before it trains anything.
func checkArgument(t *testing.T, printed string) {
	t.Helper()
	// The mean square error of c is that of the average, and the square of their distance more:
	// ½² for an answer that is ½ away.
	const average = "| the average velocity |"
	least := numbers(t, printed, average, 3)[2]
	for _, answer := range []string{"| a little more to the right |", "| a little lower |"} {
		within(t, answer, numbers(t, printed, answer, 3)[2:], least+0.25-0.011, least+0.25+0.011)
	}
	// Two random velocities differ by twice their variance, in the mean square.
	const pair = "| the velocity of a random pair |"
	within(t, pair, numbers(t, printed, pair, 1), 2*least-0.016, 2*least+0.016)
	// Both sides of the MeanFlow identity.
	left, right := numbers(t, printed, "u  ", 2), numbers(t, printed, "v - (t - r)·du/dt", 2)
	for j := range 2 {
		within(t, "v - (t - r)·du/dt", right[j:j+1], left[j]-0.001, left[j]+0.001)
	}
	// f(x, y) = (x + 0.6·sin 2y, y + 0.6·sin 2x) at (-0.6, -0.2), in the direction (1.2, 0.6).
	want := []float64{1.2 + 1.2*math.Cos(-0.4)*0.6, 0.6 + 1.2*math.Cos(-1.2)*1.2}
	for j, value := range numbers(t, printed, "JVP", 2) {
		within(t, "JVP", []float64{value}, want[j]-1e-5, want[j]+1e-5)
	}
}

// checkCollapse checks that samples have shrunk where the gradient flowed through the target. The
// target is uniform on eight squares, 0.75 wide, in a square of 3: its variance per coordinate is
// 3²/12.
func checkCollapse(t *testing.T, printed string) {
	t.Helper()
	sentence := numbers(t, printed, "The loss of the last epoch is", 4)
	with, without, samples, target := sentence[0], sentence[1], sentence[2], sentence[3]
	within(t, "the target's points", []float64{target}, math.Sqrt(1.5)-0.02, math.Sqrt(1.5)+0.02)
	within(t, "samples without stop-gradient", []float64{samples}, 0, 0.75*target)
	within(t, "loss without stop-gradient", []float64{without}, 0, 0.9*with)
}
