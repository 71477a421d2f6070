package main

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// asks plays a contest whose quality follows from the seed and the number of steps, 0 for a
// contestant that is stopped, and returns the trainings that it asks for.
func asks(c *contest, off func(seed int64, steps int) float64) (asked []string) {
	for {
		seed, steps, ok := c.next()
		if !ok {
			return asked
		}
		asked = append(asked, fmt.Sprintf("%d:%d", seed, steps))
		for ; ; steps *= 2 {
			t := &trial{Seed: seed, Steps: steps, Seconds: float64(steps)}
			c.trials = append(c.trials, t)
			if share := off(seed, steps); share > 0 {
				t.Measures = measures{slicedWasserstein: 0.02, offSupport: share}
			}
			if c.contestant.hasSchedule() || t.Measures == nil || t.reaches(c.work.asked()) {
				break
			}
		}
	}
}

// A contestant is asked for trainings until two of three seeds reach the quality, or until it is
// stopped. "1:400" asks for the seed 1 and 400 steps.
func TestSearch(t *testing.T) {
	// The share off the support is 0.1 or less from a number of steps on, for each seed.
	from := func(steps ...int) func(int64, int) float64 {
		return func(seed int64, now int) float64 {
			return 0.1 * float64(steps[seed]) / float64(now)
		}
	}
	stoppedAt := func(limit int, off func(int64, int) float64) func(int64, int) float64 {
		return func(seed int64, now int) float64 {
			if now >= limit {
				return 0
			}
			return off(seed, now)
		}
	}
	for _, test := range []struct {
		name, recipe string
		off          func(seed int64, steps int) float64
		asks, line   string
	}{
		{
			"a schedule doubles the steps", recommended, from(700, 500, 800),
			"0:200 1:200 0:400 1:400 0:800 1:800 2:800",
			"800.0 [800.0–800.0] | 800 | 0.020 / 0.062",
		},
		{
			"two of three seeds are enough", recommended, from(200, 9000, 200),
			"0:200 1:200 2:200", "200.0 [200.0–200.0] | 200 | 0.020 / 4.500",
		},
		{
			"also if the first does not reach it", recommended, from(9000, 200, 200),
			"0:200 1:200 2:200", "200.0 [200.0–200.0] | 200 | 0.020 / 0.100",
		},
		{
			"one of three is not enough", recommended, from(200, 400, 400),
			"0:200 1:200 2:200 0:400 1:400 2:400", "400.0 [400.0–400.0] | 400 | 0.020 / 0.100",
		},
		{
			"a schedule that is stopped", recommended, stoppedAt(800, from(2000, 2000)),
			"0:200 1:200 0:400 1:400 0:800",
			"not reached; best after 400 | 400 | 0.020 / 0.500",
		},
		{
			"two that are stopped", recommended,
			func(seed int64, _ int) float64 { return []float64{0.1, 0, 0}[seed] },
			"0:200 1:200 2:200", "not reached; best after 200 | 200 | 0.020 / 0.100",
		},
		{
			"a constant rate goes on in the same process", tutorial, from(700, 400, 1600),
			"0:200 1:200 2:200", "800.0 [400.0–1600.0] | 800 | 0.020 / 0.087",
		},
		{
			"a constant rate that is stopped", tutorial, stoppedAt(800, from(2000)),
			"0:200", "not reached; best after 400 | 400 | 0.020 / 0.500",
		},
		{
			"stopped before any samples", tutorial, stoppedAt(200, from(2000)),
			"0:200", "not reached | | ",
		},
	} {
		c := &contest{contestant: contestant{recipe: test.recipe}, work: checkerboard{}}
		if got := strings.Join(asks(c, test.off), " "); got != test.asks {
			t.Errorf("%s: it asks for %s, want %s", test.name, got, test.asks)
		}
		if got := c.line(); got != test.line {
			t.Errorf("%s: the line is %q, want %q", test.name, got, test.line)
		}
		// With the trials so far, the search goes on as it would have gone on.
		for n := range c.trials {
			if c.contestant.hasSchedule() {
				half := &contest{c.contestant, c.work, c.trials[:n:n]}
				asks(half, test.off)
				if !reflect.DeepEqual(half.trials, c.trials) {
					t.Errorf("%s: after %d trials it goes on otherwise", test.name, n)
				}
			}
		}
	}
}

// A contest that can go on is not yet lost.
func TestUnfinishedSearch(t *testing.T) {
	c := &contest{contestant: contestant{recipe: recommended}, work: checkerboard{}}
	c.trials = []*trial{{Steps: 200, Seconds: 7, Measures: measures{offSupport: 0.2}}}
	if c.summary() != "not finished" ||
		c.line() != "not finished; best after 7 | 200 | 0.000 / 0.200" {
		t.Errorf("the summary is %q, the line %q", c.summary(), c.line())
	}
}

// The quality is reached if all measures are at most what is asked.
func TestQualityIsThatOfTheWorstMeasure(t *testing.T) {
	for _, test := range []struct{ distance, off, want float64 }{
		{0.03, 0.1, 1}, {0.015, 0.05, 0.5}, {0.015, 0.2, 2}, {0.06, 0.05, 2},
	} {
		measured := measures{slicedWasserstein: test.distance, offSupport: test.off}
		if got := measured.over(checkerboard{}.asked()); got != test.want {
			t.Errorf("%v is %v of what is asked, want %v", measured, got, test.want)
		}
	}
}
