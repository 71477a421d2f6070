package main

import "fmt"

// benchmarksSettings are parts of benchmarks/README.md whose numbers nobody measured.
var benchmarksSettings = []string{
	"1,000 codes or 20 images in", "1,000 codes or 50 images",
	"in 1 to 100 steps", "in 1 and in 5 steps", "codes of 16 coordinates",
	"learning rate falls to 0 at",
	"It begins at 200 for the checkerboard, 100 for the table and 400 for codes",
	"width 1,024 and batch size 65,536", "From batch size 2,048 to 32,768,",
	"samples in 1, 2, 5 and 100 steps", "batches of 512", "8,000 batches of 64",
}

// benchmarksClaims are parts of benchmarks/README.md with a figure, as the results give it.
func benchmarksClaims(f *figures) (claims []string) {
	say := func(format string, figures ...any) {
		claims = append(claims, fmt.Sprintf(format, figures...))
	}
	claimTimeToQuality(f, say)
	claimSpeed(f, say)
	claimRecipes(f, say)
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
		"ten training steps":   "start to ten steps, " + tutorialStep,
		"1,000 training steps": tutorialStart,
		"1,000 samples":        "start to 1000 points in 1 step",
		"a million samples":    "start to 1000000 points in 1 step",
	} {
		say("| %s | %s | %s | %s |", label, f.startOf(of, onXLA), f.startOf(of, "JAX"),
			f.startOf(of, "PyTorch"))
	}
	say("A training step of mean flow takes %s times as long as one of flow matching.", factor(
		f.typical(tutorialStep, onXLA, values)/f.typical(flowMatchingStep, onXLA, values)))
	say("the pure-Go engine takes %.1f times as long as PyTorch, and %.1f times as long without",
		f.ratio(tutorialStep, onPureGo, "PyTorch"), f.ratio(tutorialStep, onPlainGo, "PyTorch"))
	say("take %s times as long as one", f.deviceRange())
	growth := func(objective string) float64 {
		return f.typical(objective+", width 64, batch 32768", onXLA, values) /
			f.typical(objective+", width 64, batch 2048", onXLA, values)
	}
	say("16 times the points take %.0f times as long for flow matching, and %.0f times for mean "+
		"flow.", growth("flow matching"), growth("mean flow"))
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
}

// claimRecipes makes the claims of the section Recipes.
func claimRecipes(f *figures, say func(format string, figures ...any)) {
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

	rows := f.digits.Rows
	say("has a Fréchet distance of %.0f, %.0f and %.0f in one, two and five steps",
		rows[0].Frechet, rows[1].Frechet, rows[2].Frechet)
	say("and the classifier recognises %s to %s of its digits", small("%.2f", rows[0].Agreement),
		small("%.2f", rows[2].Agreement))
}
