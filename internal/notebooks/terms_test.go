package notebooks

import (
	"regexp"
	"strings"
	"testing"
)

// The tutorial explains each of these terms where it first occurs, in bold.
var terms = []string{
	"MeanFlow", "flow matching", "generative model", "noise", "checkpoint", "epoch", "variance",
	"continuity equation", "sliced Wasserstein distance", "NFE", "MeanFlow identity", "Jacobian",
	"Jacobian-vector product", "JVP", "stop-gradient", "graph", "multilayer perceptron", "support",
	"share off the support",
}

// A reader meets no term before its explanation, except in headings, in tables and in code.
func TestTermsAreExplainedAtTheirFirstUse(t *testing.T) {
	var prose []string // The Markdown of each cell.
	leaveOut := regexp.MustCompile("\\]\\([^)]*\\)|`[^`]*`|(?m)^[|#].*$")
	for _, cell := range read(t, tutorial).Cells {
		if cell.Type == "markdown" {
			prose = append(prose, leaveOut.ReplaceAllString(string(cell.Source), ""))
		}
	}
	for _, term := range terms {
		words := strings.ReplaceAll(regexp.QuoteMeta(term), " ", `\s+`)
		found := false
		use := regexp.MustCompile(`(?i)(\*\*)?\b` + words + `s?\b(\*\*)?`)
		for i, text := range prose {
			match := use.FindStringSubmatch(text)
			if match == nil {
				continue
			}
			found = true
			if match[1] == "" || match[2] == "" {
				t.Errorf("markdown cell %d uses %q before it is explained: %s", i, term, match[0])
			}
			break
		}
		if !found {
			t.Errorf("the tutorial does not use %q", term)
		}
	}
}
