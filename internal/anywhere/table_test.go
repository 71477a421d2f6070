//go:build linux

package anywhere_test

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"slices"
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

// environments are the names of subtests as they were before package testing changed spaces.
var environments = map[string]string{}

// in runs a subtest in an environment.
func in(t *testing.T, environment string, test func(t *testing.T)) {
	t.Helper()
	t.Run(environment, func(t *testing.T) {
		environments[t.Name()] = environment
		test(t)
	})
}

// observe adds the environment of a test to the table, until the test ends.
func observe(t *testing.T, expected string) {
	t.Helper()
	test, _, _ := strings.Cut(t.Name(), "/")
	environment, found := environments[t.Name()]
	if !found { // A test without subtests.
		words := regexp.MustCompile("[A-Z]").ReplaceAllString(test, " $0")
		environment = strings.ToLower(strings.TrimPrefix(words, " Test "))
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

// part is a part of the table: a function of tests and the heading of its environments.
type part struct{ test, heading string }

// headings are the parts of the table in their order.
var headings = []part{
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

The command "make test-anywhere", as root on Linux, makes these environments and writes this file,
all of it or the lines of some tests. So lines may be of different runs, and their seconds, on a
machine with other work, do not compare. In each environment a checkout was set up, a notebook was
executed, or a model was trained. "The cells ran" means that a notebook's two cells trained a model
and drew a figure.
`

// cells makes a text a cell of a Markdown table.
var cells = strings.NewReplacer("|", "/", "\n", " ", "<", "&lt;", "*", `\*`)

// line returns the line of the table.
func (r *row) line() string {
	seen := cells.Replace(r.seen)
	if limit := 200; len([]rune(seen)) > limit {
		seen = string([]rune(seen)[:limit]) + "…"
	}
	if r.failed {
		seen = failed + seen
	}
	return fmt.Sprintf("| %s | %s | %s | %.0f |",
		cells.Replace(r.environment), cells.Replace(r.expected), seen, r.seconds)
}

const (
	failed = "**Failed:** "
	head   = "| Environment | Expected | Seen | Seconds |\n|---|---|---|---:|\n"
)

// markdown returns the table. The lines of an earlier table stay, unless there are new ones for
// their environments.
func markdown(earlier string) string {
	lines := map[string][]string{} // By heading.
	heading := ""
	for line := range strings.Lines(earlier) {
		line = strings.TrimSpace(line)
		if name, found := strings.CutPrefix(line, "## "); found {
			heading = name
		} else if strings.HasPrefix(line, "| ") && !strings.HasPrefix(head, line) {
			lines[heading] = append(lines[heading], line)
		}
	}
	for _, r := range rows {
		isItsPart := func(p part) bool { return p.test == r.test }
		heading := headings[slices.IndexFunc(headings, isItsPart)].heading
		begin, _, _ := strings.Cut(r.line(), " | ")
		isSame := func(line string) bool { return strings.HasPrefix(line, begin+" | ") }
		if at := slices.IndexFunc(lines[heading], isSame); at >= 0 {
			lines[heading][at] = r.line()
		} else {
			lines[heading] = append(lines[heading], r.line())
		}
	}
	var text strings.Builder
	text.WriteString(introduction)
	count := 0
	for _, p := range headings {
		if found := lines[p.heading]; len(found) > 0 {
			fmt.Fprintf(&text, "\n## %s\n\n%s%s\n", p.heading, head, strings.Join(found, "\n"))
			count += len(found)
		}
	}
	fmt.Fprintf(&text, "\n%d environments, of which %d failed, on %d cores with %s.\n",
		count, strings.Count(text.String(), failed), runtime.NumCPU(), runtime.Version())
	return text.String()
}

// writeTable writes the table so far. A run of some tests only keeps the lines of the others.
func writeTable(t *testing.T) {
	t.Helper()
	if *table == "" {
		return
	}
	var earlier []byte
	if flag.Lookup("test.run").Value.String() != "" {
		earlier, _ = os.ReadFile(*table) // There may be none.
	}
	if err := os.WriteFile(*table, []byte(markdown(string(earlier))), 0o666); err != nil {
		t.Error(err)
	}
}

func TestMain(m *testing.M) {
	code := m.Run()
	closeWorkshop()
	os.Exit(code)
}
