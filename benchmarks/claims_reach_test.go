package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// reached is reach.json, as far as the texts need it.
type reached struct {
	Works []struct {
		Work  string
		Asked map[string]float64
		Limit float64
	}
	Trials []reachTrial
}

type reachTrial struct {
	Work, Contestant string
	Seed, Steps      int
	Seconds          float64
	Measures         map[string]float64
}

const inJAX, tutorialInJAX = "JAX", "JAX, tutorial's recipe"

// contestants names, for a sentence, all that train until samples are good.
var contestants = map[string]string{
	onXLA: "`Recommended` on XLA", onPureGo: "`Recommended` in pure Go",
	inJAX: "the same recipe in JAX", tutorialInJAX: "the tutorial's recipe in JAX",
	"PyTorch, tutorial's recipe":          "the tutorial's recipe in PyTorch",
	"PyTorch compiled, tutorial's recipe": "the tutorial's recipe in compiled PyTorch",
}

// reachWorks names, for a sentence, what is trained until samples are good.
var reachWorks = map[string]string{
	"checkerboard": "the checkerboard", "breast cancer": "the breast cancer table",
	"digit codes": "the codes of digits",
}

// asked returns what is asked of samples of a work, and the seconds after which contestants are
// stopped.
func (f *figures) asked(work string) (asked map[string]float64, limit float64) {
	f.t.Helper()
	for _, w := range f.reach.Works {
		if w.Work == work {
			return w.Asked, w.Limit
		}
	}
	f.t.Fatalf("reach.json: no work %q", work)
	return nil, 0
}

// finals returns the trials of a contestant that decide: the last of each seed and, as the
// recommended recipe has a schedule, only those of the largest number of steps.
func (f *figures) finals(work, contestant string) (finals []reachTrial) {
	last, largest := map[int]reachTrial{}, 0
	for _, t := range f.reach.Trials {
		if t.Work == work && t.Contestant == contestant {
			last[t.Seed], largest = t, max(largest, t.Steps)
		}
	}
	for _, t := range last {
		if t.Steps == largest || strings.HasSuffix(contestant, "tutorial's recipe") {
			finals = append(finals, t)
		}
	}
	return finals
}

// secondsTo returns the median of the seconds that a contestant takes until samples of a work are
// as good as asked, infinity if most of three trainings don't get there, and NaN without any. The
// rule is that of reach/markdown.go.
func (f *figures) secondsTo(work, contestant string) float64 {
	f.t.Helper()
	asked, _ := f.asked(work)
	var seconds []float64
	good := 0
	for _, t := range f.finals(work, contestant) {
		seconds = append(seconds, t.Seconds)
		isGood := t.Measures != nil
		for measure, most := range asked {
			isGood = isGood && t.Measures[measure] <= most
		}
		if isGood {
			good++
		}
	}
	switch {
	case len(seconds) == 0:
		return math.NaN()
	case good < 2:
		return math.Inf(1)
	}
	slices.Sort(seconds)
	return seconds[len(seconds)/2]
}

// fastest returns which of some contestants takes the fewest seconds on a work.
func (f *figures) fastest(work string, of []string) (contestant string, seconds float64) {
	f.t.Helper()
	seconds = math.Inf(1)
	for _, c := range of {
		if s := f.secondsTo(work, c); s < seconds {
			contestant, seconds = c, s
		}
	}
	return contestant, seconds
}

// inSeconds formats the seconds that a contestant takes on a work.
func (f *figures) inSeconds(work string, seconds float64) string {
	f.t.Helper()
	if _, limit := f.asked(work); math.IsInf(seconds, 1) {
		return fmt.Sprintf("more than %.0f seconds", limit)
	}
	return fmt.Sprintf("%.1f seconds", seconds)
}

// claimTimeToQuality makes the claims of the section Time to quality of benchmarks/README.md.
func claimTimeToQuality(f *figures, say func(format string, figures ...any)) {
	for contestant := range contestants {
		cells := []string{contestant}
		for _, work := range []string{"checkerboard", "breast cancer", "digit codes"} {
			switch seconds := f.secondsTo(work, contestant); {
			case math.IsNaN(seconds):
				cells = append(cells, "")
			case math.IsInf(seconds, 1):
				cells = append(cells, "not reached")
			default:
				cells = append(cells, fmt.Sprintf("%.1f", seconds))
			}
		}
		say("%s", row(cells...))
	}
	asked, limit := f.asked("checkerboard")
	say("a sliced Wasserstein distance of at most %s from the distribution, and at most %s of them",
		small("%.2f", asked[distance]), small("%.2f", asked[share]))
	say("After %.0f s a contestant is stopped.", limit)
	asked, _ = f.asked("breast cancer")
	say("of at most %.1f times the distance of the two halves", asked["sliced_wasserstein_ratio"])
	asked, _ = f.asked("digit codes")
	best := f.of("digit codes", flowMatchingOfCodes, 100, "frechet")
	say("of at most %.1f times that of 100 steps of flow matching, which is %.2f",
		asked["frechet"]/best, best)
}

// claimSecondsToQuality makes the claims of README.md about the seconds to good samples. On a work
// on which another is faster than this package, the text says so.
func claimSecondsToQuality(f *figures, say func(format string, figures ...any)) {
	const work = "checkerboard"
	asked, _ := f.asked(work)
	takes := func(contestant string) string {
		return f.inSeconds(work, f.secondsTo(work, contestant))
	}
	say("a distance of at most %s and at most %s of them off the support", small("%.2f",
		asked[distance]), small("%.2f", asked[share]))
	say("`Recommended` takes %s on XLA, and %s in pure Go.", takes(onXLA), takes(onPureGo))
	say("The same recipe in JAX takes %s.", takes(inJAX))
	var all, byTutorial []string
	for contestant := range contestants {
		all = append(all, contestant)
		if strings.HasSuffix(contestant, "tutorial's recipe") {
			byTutorial = append(byTutorial, contestant)
		}
	}
	_, seconds := f.fastest(work, byTutorial)
	say("With the tutorial's recipe, the faster of JAX and PyTorch takes %s.",
		f.inSeconds(work, seconds))
	for work, label := range reachWorks {
		if contestant, seconds := f.fastest(work, all); seconds < f.secondsTo(work, onXLA) {
			say("On %s, the fastest is %s: %s, where `Recommended` takes %s.", label,
				contestants[contestant], f.inSeconds(work, seconds),
				f.inSeconds(work, f.secondsTo(work, onXLA)))
		}
	}
}
