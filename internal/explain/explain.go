// Package explain rewrites errors of this module's packages for people who write no Go.
package explain

import (
	"cmp"
	"regexp"
)

var (
	prefixes = regexp.MustCompile(`\b(meanflow|datasets|metrics|latent): ` +
		`((Train|Load|ReadSafetensors|TrajectoryWith|AverageVelocity|SampleWith|Given|` +
		`Table|ParseSchema|Split|Compare|WriteCSV|WriteNPY): )?` +
		`(Config\.Data: (datasets: )?)?`)
	// A quoted text, a path, or a name.
	word = regexp.MustCompile(`"(\\.|[^"\\])*"|[^\s"]*/[^\s"]*|\b[A-Z][A-Za-z.]*[A-Za-z]\b`)
)

// Error returns the text of an error without the names of packages and functions. It replaces the
// names of fields and functions that words has, and leaves quoted texts and paths, which are the
// user's, as they are.
func Error(err error, words map[string]string) string {
	text := prefixes.ReplaceAllString(err.Error(), "")
	return word.ReplaceAllStringFunc(text, func(word string) string {
		return cmp.Or(words[word], word)
	})
}
