package main

import "fmt"

// benchmarksSettings are parts of benchmarks/README.md whose numbers nobody measured.
var benchmarksSettings = []string{
	// Sizes and settings of what was trained.
	"1,000 codes or 20 images in", "1,000 codes or 50 images",
	"in 1 to 100 steps", "in 1 and in 5 steps", "codes of 16 coordinates",
	"width 1,024 and batch size 65,536",
	"at width 64 and batch size 2,048",
	"From batch size 2,048 to 32,768 it grows faster: 16 times the points",
	"half of the time at batch size 32,768", "samples in 1, 2, 5 and 100 steps",
	"batches of 512", "| 500, 1,500 |", "other blurs: none, 0.2", "a flow ratio of 0.5",
	"takes width 128 above 16 columns", "(one seed, blur 0.1)",
	"noise, at learning rate .012", "a constant α from .02 to .5",
	"The flow ratio was 0.5**, and is 0.6 since", "At 0, five steps are worse than one",
	"The power of the adaptive weight is 0.25", "t = 1 and r = 0",
	"0.5 on the checkerboard, 0.75 on all three distributions, and 1 on the spiral",
	"A moving average of .9995 was worse than .999", "8,000 batches of 64",
	// Definitions of what was measured.
	"The target is 1.5", "On N(0, I) in 50", "deviation over 0.1",
	"ten values of x from -1.8 to 1.8",
	"points sin(3x) + N(0, 0.1²)", "With 784 columns and",
}

// benchmarksClaims are parts of benchmarks/README.md with a figure, as the results give it.
func benchmarksClaims(f *figures) (claims []string) {
	say := func(format string, figures ...any) {
		claims = append(claims, fmt.Sprintf(format, figures...))
	}
	claimSpeed(f, say)
	claimRecipes(f, say)
	claimOwnData(f, say)
	claimDigits(f, say)
	return claims
}

// claimSpeed makes the claims of the sections about speed and memory.
func claimSpeed(f *figures, say func(format string, figures ...any)) {
	say("(`make bench-peers`, %v GB)", f.byHand("setting up the peers", "disk GB")...)
	say("would take %.0f seconds, and sampling a million points in 100 steps %.0f seconds",
		f.typical("mean flow, width 1024, batch 2048", onXLA, values)/1000*65536/2048,
		f.typical("100000 points in 100 steps", onXLA, values)/1000*10)

	flowMatchingStep := "flow matching, width 64, batch 2048"
	for label, of := range map[string]string{
		"training step of mean flow, the tutorial's size":     tutorialStep,
		"training step of flow matching, the tutorial's size": flowMatchingStep,
	} {
		say("| %s | %s | %s | %s |", label, f.timesAsFast(of, "JAX"), f.timesAsFast(of, "PyTorch"),
			f.timesAsFast(of, "PyTorch, compiled"))
	}
	say("| training steps, all sizes | %s | %s | %s |", f.timesAsFastIn(training, "JAX"),
		f.timesAsFastIn(training, "PyTorch"), f.timesAsFastIn(training, "PyTorch, compiled"))
	say("| sampling, all sizes | %s | %s | |", f.timesAsFastIn(sampling, "JAX"),
		f.timesAsFastIn(sampling, "PyTorch"))
	claimNetworks(f, say)
	for label, of := range map[string]string{
		"start of a process to 1,000 training steps": tutorialStart,
		"start of a process to a million points":     millionPoints,
	} {
		say("| %s | %s | %s | |", label, f.timesAsFast(of, "JAX"), f.timesAsFast(of, "PyTorch"))
	}
	for label, of := range map[string]string{
		"start to 1,000 training steps": tutorialStart, "start to a million points": millionPoints,
	} {
		say("| %s | %.0f | %.0f | %.0f |", label, f.typical(of, onXLA, peaks),
			f.typical(of, "JAX", peaks), f.typical(of, "PyTorch", peaks))
	}
	say("A training step of mean flow takes %.0f %% longer than one of flow matching.", 100*
		(f.typical(tutorialStep, onXLA, values)/f.typical(flowMatchingStep, onXLA, values)-1))
	say("the pure-Go engine takes %.1f times as long as PyTorch, and %.1f times as long without",
		f.ratio(tutorialStep, onPureGo, "PyTorch"), f.ratio(tutorialStep, onPlainGo, "PyTorch"))
	say("take %s times as long as one", f.deviceRange())
	growth := func(objective string) float64 {
		return f.typical(objective+", width 64, batch 32768", onXLA, values) /
			f.typical(objective+", width 64, batch 2048", onXLA, values)
	}
	say("take %.0f times as long for flow matching, and %.0f times for mean flow",
		growth("flow matching"), growth("mean flow"))

	profile := func(format, value string) {
		say(format, f.byHand("profile of a training step", value)...)
	}
	profile("A call costs %v ms besides.", "a call, ms")
	profile("on one core, %v ns each: a tenth of the step.", "a random number, ns")
	profile("([random.go](../meanflow/random/random.go)). | %v |",
		"random numbers computed in parallel")
	profile("| %v, and %v at batch size 8,192 |", "slopes shared")
	profile("share one erf. | %v in pure Go |", "erf shared, pure Go")
	profile("All other changes together on XLA, over eleven rounds. | %.2f |", "all changes")
	profile("%v %% of a step were matrix products", "matrix products, %")
	profile("and %v %% activations and their slopes", "activations and slopes, %")
	profile("| splitting a batch within a step | %v at batch size 32,768, %v at 2,048 |",
		"a batch in parts, at 32,768 and at 2,048")
}

// claimNetworks makes the claims about the networks for digits.
func claimNetworks(f *figures, say func(format string, figures ...any)) {
	for label, of := range map[string]string{
		"training step of the residual MLP":      "codes, mean flow, width 256, batch 256",
		"training step of the patch transformer": "transformer, mean flow, width 64, batch 64",
	} {
		say("| %s | %s | %s | %s |", label, f.timesAsFast(of, "JAX"), f.timesAsFast(of, "PyTorch"),
			f.timesAsFast(of, "PyTorch, compiled"))
	}
	for label, of := range map[string]string{
		"sampling codes, residual MLP, 1 step":        "10000 codes in 1 step",
		"sampling codes, residual MLP, 5 steps":       "10000 codes in 5 steps",
		"sampling images, patch transformer, 1 step":  "1000 images in 1 step",
		"sampling images, patch transformer, 5 steps": "1000 images in 5 steps",
	} {
		say("| %s | %s | %s | |", label, f.timesAsFast(of, "JAX"), f.timesAsFast(of, "PyTorch"))
	}
	say("| generating digits | %s | | |", f.timesAsFast("1000 digits in 1 step", "JAX"))
	const profile = "profile of sampling digits"
	say("Of %v ms for 1,000 digits, a CPU profile has %v ms in copying",
		f.byHand(profile, "1,000 digits, whole and copying")...)
	say("Of %v ms for 10,000 codes, %v ms draw noise and make rows.",
		f.byHand(profile, "10,000 codes, whole and noise with rows")...)
	say("| of a sampling call: %v with the patch transformer, %v with the residual MLP |",
		f.byHand("points that fit in the caches", "patch transformer and residual MLP")...)
}

// claimRecipes makes the claims of the section Recipes, without its subsections.
func claimRecipes(f *figures, say func(format string, figures ...any)) {
	durations := func(value string) any { return f.byHand("recipes' durations", value)[0] }
	say("a step takes about %v ms in the plane, %v ms on tables and %v ms on codes",
		durations("plane"), durations("tables"), durations("codes"))
	say("takes %v s with its compilation and measures", durations("3,000 in the plane"))
	say("on codes %v minutes", durations("8,000 on codes"))

	for _, work := range planes {
		long := trained{"recommended", 10_000}
		say("| %s | %s | %s | %s | %s | %s |", work, f.inPlane(work, long, 1, "%.3f"),
			f.inPlane(work, long, 2, "%.3f"), f.inPlane(work, long, 5, "%.3f"),
			f.inPlane(work, trained{"flow matching", 10_000}, 100, "%.3f"),
			f.inPlane(work, trained{"drifting", 10_000}, 1, "%.3f"))
	}
	inOneStep := func(label string, by trained) {
		cells := []string{label}
		for _, work := range planes {
			cells = append(cells, f.inPlane(work, by, 1, "%.3f"))
		}
		say("%s", row(cells...))
	}
	for _, recipe := range []string{
		"recommended", "sorted noise without blur", "sorted noise with a blur of 0.2",
		"random pairs", "reflow of random pairs", "drifting", "improved mean flow",
		"split mean flow", "Lagrangian self-distillation", "alpha flow", "SoFlow",
		"consistency training", "flow matching on sorted pairs",
	} {
		inOneStep(recipe, trained{recipe, 3000})
	}
	inOneStep("recommended, 1,000 steps", trained{"recommended", 1000})
	inOneStep("warm start, 500 steps", trained{"warm start", 500})
	inOneStep("recommended, 3,000 steps", trained{"recommended", 3000})
	inOneStep("warm start, 1,500 steps", trained{"warm start", 1500})

	const mixture = "eight gaussians"
	say("where the distribution's own is %s:",
		small("%.3f", f.reference(mixture, "points of the distribution", "log_likelihood")))
	for _, recipe := range []string{
		"recommended", "sorted noise without blur", "sorted noise with a blur of 0.2",
		"random pairs", "reflow of random pairs", "flow matching", "flow matching on sorted pairs",
	} {
		by := trained{recipe, 3000}
		say("| %s | %s | %s |", recipe, small("%.3f", f.of(mixture, by, 0, "log_likelihood")),
			small("%.3f", f.of(mixture, by, 1, distance)))
	}
	for _, line := range []struct {
		recipe string
		steps  int
	}{
		{"recommended", 1}, {"recommended", 5}, {"random pairs", 1}, {"drifting", 1},
		{"flow matching", 100},
	} {
		cell := func(work string) string {
			by := trained{line.recipe, 3000}
			return fmt.Sprintf("%.2f / %.2f",
				f.of(work, by, line.steps, "sliced_wasserstein_ratio"),
				f.of(work, by, line.steps, "energy_ratio"))
		}
		say("| %s | %d | %s | %s |", line.recipe, line.steps, cell("wine"), cell("breast cancer"))
	}

	long, hundred := trained{"recommended", 10_000}, trained{"flow matching", 10_000}
	f.holds("one recommended step is closer than a hundred of flow matching",
		f.of("checkerboard", long, 1, distance) < f.of("checkerboard", hundred, 100, distance) &&
			f.of("spiral", long, 1, distance) < f.of("spiral", hundred, 100, distance))
	f.holds("it leaves fewer samples off the checkerboard, and two steps fewer off the spiral",
		f.of("checkerboard", long, 1, share) < f.of("checkerboard", hundred, 100, share) &&
			f.of("spiral", long, 1, share) >= f.of("spiral", hundred, 100, share) &&
			f.of("spiral", long, 2, share) < f.of("spiral", hundred, 100, share))
	drifting, pairs := trained{"drifting", 3000}, trained{"random pairs", 3000}
	f.holds("drifting is far better than mean flow on random pairs, which is worse than on sorted",
		2*f.of("spiral", drifting, 1, distance) < f.of("spiral", pairs, 1, distance) &&
			f.of("spiral", trained{"recommended", 3000}, 1, share) <
				f.of("spiral", drifting, 1, share))

	tried := func(format, digits, value string) {
		say(format, f.smallByHand(digits, "pairs and flow ratio tried", value)...)
	}
	tried("the log-likelihood was %s in place of %s,", "%.2f", "log-likelihood")
	tried("and the distance %s in place of %s.", "%.3f", "distance")
	tried("%s of one step's samples were off the checkerboard after 3,000 steps, in place of %s",
		"%.3f", "off the support")
}

// claimOwnData makes the claims of the subsections Own data and How the recommended recipe was
// found.
func claimOwnData(f *figures, say func(format string, figures ...any)) {
	for _, table := range []string{
		"own data, width 64", "own data, width 128", "own data, changes without gain",
	} {
		for _, line := range f.rowsByHand(table, "%.2f") {
			say("%s", line)
		}
	}
	for label := range f.measured["conditional means"].Values {
		cells := f.smallByHand("%.3g", "conditional means", label)
		say("| %s | %s | %s to %s |", append([]any{label}, cells...)...)
	}
	wide := func(format, value string) { say(format, f.byHand("784 columns", value)...) }
	wide("the first batch ended after %v s on two cores", "width 128")
	wide("(%v s with width 64)", "width 64")
	wide("the process took %v MB of memory", "memory")

	prototype := func(format, digits, value string) {
		say(format, f.smallByHand(digits, "prototype", value)...)
	}
	prototype("independent noise, sorted noise | spiral: %s, %s |", "%.2f", "coupling")
	prototype("| 1, 10, 50 batches | spiral: %s, %s, %s |", "%.3f", "pool")
	prototype("| fixed, random | checkerboard: %s, %s |", "%.3f", "order")
	prototype("| 0.25, 0.5 | checkerboard: %s, %s; crescent: %s, %s; spiral: no difference |",
		"%.3f", "flow ratio")
	prototype("| .006, .012, .02 | spiral: %s, %s, %s |", "%.3f", "learning rate")
	prototype("| improved mean flow | checkerboard: %s; crescent: %s; spiral: %s |", "%.3f",
		"improved mean flow")
	prototype("| spiral: %s to %s; others nearly as good |", "%.2f", "alpha flow")
	prototype("| consistency training | spiral: %s to %s |", "%.2f", "consistency training")
	prototype("| 0.999, 0.99 | spiral: %s, %s; checkerboard: %s, %s |", "%.3f", "second moment")
	say("takes %v times as long as the tutorial's", f.byHand("recommended step", "ratio")...)
}

// claimDigits makes the claims of the section Digits.
func claimDigits(f *figures, say func(format string, figures ...any)) {
	const work = "digit codes"
	frechet := func(by trained, steps int) float64 { return f.of(work, by, steps, "frechet") }
	best := frechet(flowMatchingOfCodes, 100)
	say("One step of mean flow is %.2f times as far from the test images as a hundred steps",
		frechet(meanFlowOfCodes, 1)/best)
	f.holds("one step of mean flow is closer than five of flow matching",
		frechet(meanFlowOfCodes, 1) < frechet(flowMatchingOfCodes, 5))
	say("Two steps are %.2f times as far.", frechet(meanFlowOfCodes, 2)/best)
	say("It is %.1f times as far as 10,000 random training images.",
		frechet(meanFlowOfCodes, 1)/f.reference(work, "training images", "frechet"))
	say("autoencoder are %.1f times as far,",
		f.reference(work, "reconstructed training images", "frechet")/
			f.reference(work, "training images", "frechet"))
	say("recognises %s of the digits of one step, %s of those of two, and %s of reconstructed test",
		small("%.3f", f.of(work, meanFlowOfCodes, 1, "agreement")),
		small("%.3f", f.of(work, meanFlowOfCodes, 2, "agreement")),
		small("%.3f", f.reference(work, "reconstructed test images", "agreement")))

	const tried = "digits, tried"
	say("for the first 10,000 it is %v,",
		f.byHand(tried, "floor of the first 10,000 training images")...)
	for _, label := range []string{
		"independent noise", "noise of the same rank, within each digit",
		"the same, an autoencoder of the full training, the class withheld half as often",
	} {
		cells := append([]any{label}, f.pairsByHand(tried, label)...)
		say("| %s | %s | %s | %s |", cells...)
	}
	say("Flow matching in a hundred steps had %s with independent and %s with sorted noise.",
		f.pairsByHand(tried, "flow matching, independent noise")[0],
		f.pairsByHand(tried, "flow matching, sorted noise")[0])

	rows := f.digits.Rows
	say("In one, two and five steps the Fréchet distance is %.0f, %.0f and %.0f,",
		rows[0].Frechet, rows[1].Frechet, rows[2].Frechet)
	say("and the classifier recognises %s to %s of the digits", small("%.2f", rows[0].Agreement),
		small("%.2f", rows[2].Agreement))
}
