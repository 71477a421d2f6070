//go:build linux

package anywhere_test

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"
)

var table = flag.String("table", "", "write what the environments showed to this Markdown file")

// row is an environment in the table.
type row struct {
	test                        string // Its function.
	environment, expected, seen string
	seconds                     float64
	failed                      bool
}

// rows are the environments in the order in which they were tested, one at a time.
var rows []*row

// observe adds an environment to the table, which the test's name describes, until the test ends.
func observe(t *testing.T, expected string) {
	t.Helper()
	test, environment, found := strings.Cut(t.Name(), "/")
	environment = strings.TrimSpace(strings.ReplaceAll(environment, "_", " "))
	if !found {
		words := regexp.MustCompile("[A-Z]").ReplaceAllString(strings.TrimPrefix(test, "Test"), " $0")
		environment = strings.ToLower(strings.TrimSpace(words))
	}
	r := &row{test: test, environment: environment, expected: expected}
	rows = append(rows, r)
	start := time.Now()
	t.Cleanup(func() {
		r.seconds = time.Since(start).Seconds()
		r.failed = t.Failed()
		writeTable(t) // What a run that is interrupted has seen stays.
	})
}

// saw adds to what was seen in the newest environment.
func saw(format string, values ...any) {
	if len(rows) == 0 {
		return
	}
	r := rows[len(rows)-1]
	if r.seen != "" {
		r.seen += "; "
	}
	r.seen += fmt.Sprintf(format, values...)
}

// headings are the parts of the table, by the function that tests them.
var headings = []struct{ test, heading string }{
	{"TestSetUp", "Set-up"},
	{"TestSetUpHeals", "What the set-up mends"},
	{"TestSetUpSaysWhy", "What the set-up cannot do"},
	{"TestKernel", "The kernel"},
	{"TestPlatforms", "Platforms"},
	{"TestSystemCallsThatFail", "System calls that fail"},
	{"TestFoldersThatCanNotBeWritten", "Folders that cannot be written"},
	{"TestPermissions", "Permissions"},
	{"TestStaleHandle", "Network file systems"},
	{"TestTwoTrainingsInAFolder", "Two trainings in a folder"},
}

const introduction = `# Hostile environments

The command ` + "`make test-anywhere`" + `, as root on Linux, tested these environments and wrote this file.
Each one was made for real: a checkout was set up in it, a notebook was executed, or a model was
trained. "The cells ran" means that a notebook's two cells trained a model and drew a figure.
`

// cells makes a text a cell of a Markdown table.
var cells = strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;", "*", `\*`)

// markdown returns the table.
func markdown() string {
	var text strings.Builder
	text.WriteString(introduction)
	failed := 0
	for _, part := range headings {
		begun := false
		for _, r := range rows {
			if r.test != part.test {
				continue
			}
			if !begun {
				begun = true
				fmt.Fprintf(&text, "\n## %s\n\n", part.heading)
				text.WriteString("| Environment | Expected | Seen | Seconds |\n|---|---|---|---:|\n")
			}
			seen := cells.Replace(r.seen)
			if limit := 200; len([]rune(seen)) > limit {
				seen = string([]rune(seen)[:limit]) + "…"
			}
			if r.failed {
				failed++
				seen = "**Failed:** " + seen
			}
			fmt.Fprintf(&text, "| %s | %s | %s | %.0f |\n",
				cells.Replace(r.environment), cells.Replace(r.expected), seen, r.seconds)
		}
	}
	fmt.Fprintf(&text, "\n%d environments, of which %d failed, on %d cores with %s.\n",
		len(rows), failed, runtime.NumCPU(), runtime.Version())
	return text.String()
}

// writeTable writes the table so far.
func writeTable(t *testing.T) {
	t.Helper()
	if *table == "" {
		return
	}
	if err := os.WriteFile(*table, []byte(markdown()), 0o666); err != nil {
		t.Error(err)
	}
}

func TestMain(m *testing.M) {
	code := m.Run()
	closeWorkshop()
	os.Exit(code)
}
