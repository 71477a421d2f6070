package main

import "fmt"

// readmeSettings are parts of README.md whose numbers nobody measured.
var readmeSettings = []string{
	"Go 1.26.5 or newer, Python 3.10 or newer",
	"Debian 12 and 13",
	"projections on lines; 0 is best",
	"the share of samples off it should be 0",
	"1,000 steps of 2,048 points", "| network | width 64 |", "mean of 3 |",
	"| | mean flow, 1 step | flow matching, 100 steps | flow matching, 1 step | target |",
	"breast cancer, 30 columns", "wine, 13 columns",
	"| mean flow, 1 step |", "| mean flow, 2 steps |",
	"| flow matching, 5 steps |", "| flow matching, 100 steps |",
	"Apache 2.0",
}

// readmeClaims are parts of README.md with a figure, as the results give it.
func readmeClaims(f *figures) (claims []string) {
	say := func(format string, figures ...any) {
		claims = append(claims, fmt.Sprintf(format, figures...))
	}

	// Set up.
	say("compared with flow matching | %v to %v minutes;", f.byHand("notebooks", "mean_flow")...)
	say("%v with `size = colab`", f.byHand("notebooks", "mean_flow, size colab")...)
	say("from the file to new rows | %v minute |", f.byHand("notebooks", "own_data")...)
	say("images of your own | %v to %v minutes |", f.byHand("notebooks", "digits")...)
	say("warm starts | %v minutes |", f.byHand("notebooks", "beyond")...)
	say("| time | %v minutes on two cores", f.byHand("setting up", "minutes")...)
	say("| network | about %v MB |", f.byHand("setting up", "network MB")...)
	say("| disk | %v GB,", f.byHand("setting up", "disk GB")...)
	say("Go's packages and caches are %v GB |", f.byHand("setting up", "packages and caches GB")...)
	say("Running `own_data` takes %v GB of memory",
		f.byHand("a notebook's processes", "own_data")...)
	say("gopls takes another %v GB.", f.byHand("a notebook's processes", "gopls")...)
	say("from %v seconds after the kernel's start",
		f.byHand("a notebook's processes", "completion")...)
	say("they are committed: %v minutes", f.byHand("notebooks", "make test-notebooks")...)

	// Your own data.
	say("a container of %v MB", f.byHand("the server's image", "MB")...)

	// How good it is.
	for _, work := range planes {
		say("| %s | %s | %s | %s | %s |", work,
			f.inPlane(work, trained{"tutorial", 1000}, 1, "%.2f"),
			f.inPlane(work, trained{"tutorial's flow matching", 1000}, 100, "%.2f"),
			f.inPlane(work, trained{"tutorial's flow matching", 1000}, 1, "%.2f"),
			small("%.3f", f.reference(work, "points of the distribution", distance)))
		say("| %s | %s | %s |", work,
			f.inPlane(work, trained{"recommended", 1000}, 1, "%.3f"),
			f.inPlane(work, trained{"recommended", 10_000}, 1, "%.3f"))
	}
	for work, label := range map[string]string{
		"wine": "wine, 13 columns", "breast cancer": "breast cancer, 30 columns",
	} {
		ratio := f.of(work, trained{"recommended", 3000}, 1, "sliced_wasserstein_ratio")
		say("| %s | %.2f |", label, ratio)
	}
	say("| training images | %.1f | |", f.reference("digit codes", "training images", "frechet"))
	for _, line := range []struct {
		label string
		by    trained
		steps int
	}{
		{"mean flow, 1 step", meanFlowOfCodes, 1}, {"mean flow, 2 steps", meanFlowOfCodes, 2},
		{"flow matching, 5 steps", flowMatchingOfCodes, 5},
		{"flow matching, 100 steps", flowMatchingOfCodes, 100},
	} {
		say("| %s | %.1f | %s |", line.label, f.of("digit codes", line.by, line.steps, "frechet"),
			small("%.3f", f.of("digit codes", line.by, line.steps, "agreement")))
	}
	say("takes %.0f seconds on XLA, compilation included, and %.0f in pure Go.",
		f.typical(tutorialStart, onXLA, values), f.typical(tutorialStart, onPureGo, values))
	say("A step is %.1f times as fast as PyTorch's and %.2f times as fast as JAX's.",
		1/f.ratio(tutorialStep, onXLA, "PyTorch"), 1/f.ratio(tutorialStep, onXLA, "JAX"))
	claimSecondsToQuality(f, say)
	return claims
}

// Cases as results.md names them, and trainings that both READMEs compare.
const (
	tutorialStep  = "mean flow, width 64, batch 2048"
	tutorialStart = "start to trained, " + tutorialStep
)

var (
	planes              = []string{"checkerboard", "crescent", "spiral"}
	meanFlowOfCodes     = trained{"recommended", 8000}
	flowMatchingOfCodes = trained{"flow matching on sorted pairs", 8000}
)
