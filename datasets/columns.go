package datasets

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// chosenColumn is a column with a role, while it is being read.
type chosenColumn struct {
	tableColumn
	index   int  // Its place in the file, from 0.
	asWords bool // Its values are words even if they look like numbers.
	named   bool // An option names the column.
	unnamed bool // The file has names, but none for the column.

	kind      columnKind
	first     int // The line or row that decided the kind.
	counts    bool
	countFrom float64
	codeOf    map[string]int32
}

type columnKind int

const (
	undecided columnKind = iota
	numbers
	words
)

// chooser finds columns by their names and numbers.
type chooser struct {
	names   []string
	line    int   // The line of the names.
	unnamed []int // The columns whose names are made up.
	roles   []role
	named   []bool
}

const (
	roleNone   role = -1
	roleUnused role = -2 // Left out.
)

// find returns the index of a column by its name or its number from 1.
func (c *chooser) find(option, text string) (int, error) {
	found := -1
	for i, name := range c.names {
		if name != text {
			continue
		}
		if found >= 0 {
			return 0, problem(ErrColumn, `%s: columns %d and %d are called %s, write "#%d" or `+
				`"#%d"`, option, found+1, i+1, quoted(text), found+1, i+1)
		}
		found = i
	}
	digits, isNumber := strings.CutPrefix(text, "#")
	number, err := strconv.Atoi(digits)
	if err != nil || number < 1 || number > len(c.names) || found >= 0 && isNumber {
		if found >= 0 {
			return found, nil
		}
		return 0, problem(ErrColumn, "%s: there is no column %s, there are %d: %s",
			option, quoted(text), len(c.names), listed(c.names))
	}
	if found >= 0 && found != number-1 {
		return 0, problem(ErrColumn, `%s: %s is the name of column %d and the number of column `+
			`%d, write "#%d" or "#%d"`, option, quoted(text), found+1, number, found+1, number)
	}
	return number - 1, nil
}

// give gives columns a role.
func (c *chooser) give(option string, given role, texts ...string) ([]int, error) {
	var indices []int
	for _, text := range texts {
		i, err := c.find(option, text)
		if err != nil {
			return nil, err
		}
		if c.roles[i] != roleNone {
			return nil, problem(ErrColumn, "%s: column %s is chosen twice",
				option, quoted(c.names[i]))
		}
		c.roles[i] = given
		c.named[i] = true
		indices = append(indices, i)
	}
	return indices, nil
}

// chooseColumns returns the columns with a role: points, then the label, then conditions. The
// label is empty if it is not a column of this table.
func chooseColumns(
	names []string, line int, unnamed []int, label string, options *ReadOptions,
) ([]*chosenColumn, error) {
	c := &chooser{names: names, line: line, unnamed: unnamed}
	c.roles, c.named = make([]role, len(names)), make([]bool, len(names))
	for i := range c.roles {
		c.roles[i] = roleNone
	}
	points, err := c.give("Columns", rolePoint, options.Columns...)
	if err != nil {
		return nil, err
	}
	if _, err = c.give("LeaveOut", roleUnused, options.LeaveOut...); err != nil {
		return nil, err
	}
	var labels []int
	if label != "" {
		if labels, err = c.give("Label", roleLabel, label); err != nil {
			return nil, err
		}
	}
	conditions, err := c.give("Conditions", roleCondition, options.Conditions...)
	if err != nil {
		return nil, err
	}
	if len(options.Columns) == 0 {
		for i, given := range c.roles {
			if given == roleNone {
				c.roles[i] = rolePoint
				points = append(points, i)
			}
		}
	}
	if len(points) == 0 {
		return nil, problem(ErrColumn, "no column is left for the points: name some in Columns")
	}
	return c.columns(append(append(points, labels...), conditions...), options.Words)
}

// columns returns columns by their indices, some of them of words.
func (c *chooser) columns(indices []int, wordColumns []string) ([]*chosenColumn, error) {
	asWords := make([]bool, len(c.names))
	for _, text := range wordColumns {
		i, err := c.find("Words", text)
		if err != nil {
			return nil, err
		}
		if c.roles[i] < 0 {
			return nil, problem(ErrColumn, "Words: column %s is left out", quoted(c.names[i]))
		}
		asWords[i] = true
	}
	isUnnamed := make([]bool, len(c.names))
	for _, i := range c.unnamed {
		isUnnamed[i] = true
	}
	if err := c.checkNames(indices); err != nil {
		return nil, err
	}
	chosen := make([]*chosenColumn, len(indices))
	for k, i := range indices {
		chosen[k] = &chosenColumn{
			tableColumn: tableColumn{name: c.names[i], role: c.roles[i]}, index: i,
			named: c.named[i], unnamed: isUnnamed[i],
			asWords: asWords[i] || c.roles[i] == roleLabel, counts: true,
		}
	}
	return chosen, nil
}

// checkNames returns an error that lists all columns of the same name among those at indices.
func (c *chooser) checkNames(indices []int) error {
	byName := make(map[string][]int) // The numbers of the columns, from 1.
	var twice []string
	for _, i := range slices.Sorted(slices.Values(indices)) {
		name := c.names[i]
		if byName[name] = append(byName[name], i+1); len(byName[name]) == 2 {
			twice = append(twice, name)
		}
	}
	if len(twice) == 0 {
		return nil
	}
	slices.SortFunc(twice, func(a, b string) int { return byName[a][0] - byName[b][0] })
	first := byName[twice[0]]
	if len(twice) == 1 && len(first) == 2 {
		return atLine(c.line, twice[0], ErrNames, "columns %d and %d have the same name: "+
			`leave one out by its number, as "#%[2]d"`, first[0], first[1])
	}
	return atLine(c.line, twice[0], ErrNames, "%s", c.sameNames(twice, byName))
}

// sameNames returns a text that lists the columns of some names: as many names as have room, and
// then as many columns as have room.
func (c *chooser) sameNames(twice []string, byName map[string][]int) string {
	const mostColumns, mostNames = 20, 10
	list := func(columns, names int) string {
		first := byName[twice[0]]
		text := fmt.Sprintf("columns %s have the same name", joined(first, columns))
		for _, name := range twice[1:names] {
			text += fmt.Sprintf(", %s are called %s", joined(byName[name], columns), quoted(name))
		}
		if more := len(twice) - names; more > 0 {
			text += fmt.Sprintf(", … (%d more)", more)
		}
		return text + fmt.Sprintf(`: leave out all but one, as "#%d"`, first[1])
	}
	columns, names := mostColumns, min(mostNames, len(twice))
	text := list(columns, names)
	for (columns > 2 || names > 1) && errorLength(c.line, twice[0], text) > longestError {
		if columns > 2 {
			columns--
		} else {
			names--
		}
		text = list(columns, names)
	}
	return text
}

// joined returns at most a number of numbers as "1, 2 and 3", or "1, 2, …" if there are more.
func joined(numbers []int, most int) string {
	var texts []string
	for _, number := range numbers[:min(most, len(numbers))] {
		texts = append(texts, strconv.Itoa(number))
	}
	if len(numbers) > most {
		return strings.Join(texts, ", ") + ", …"
	}
	last := len(texts) - 1
	return strings.Join(texts[:last], ", ") + " and " + texts[last]
}

// numberedNames returns x1, x2 and so on.
func numberedNames(count int) []string {
	names := make([]string, count)
	for i := range names {
		names[i] = fmt.Sprintf("x%d", i+1)
	}
	return names
}

// addNumber appends a number of a row, from 0, that stands on a line.
func (c *chosenColumn) addNumber(number float64, row, line int) {
	if c.kind == undecided {
		c.kind, c.first = numbers, line
		c.countFrom = number - float64(row)
		c.counts = c.countFrom == 0 || c.countFrom == 1
	}
	if c.counts && number-float64(row) != c.countFrom {
		c.counts = false
	}
	c.numbers = append(c.numbers, number)
}

// isCode reports whether a number may be a code rather than a number: an integer of several digits
// that begins with 0, in a column that no option names.
func (c *chosenColumn) isCode(number []byte) bool {
	if c.named || len(number) < 2 || number[0] > '0' {
		return false
	}
	if number[0] == '-' || number[0] == '+' {
		number = number[1:]
	}
	return len(number) > 1 && number[0] == '0' && isDigits(number)
}

const (
	mostWords   = 100  // Different words of a coordinate.
	mostClasses = 1000 // Different words of a label, or of a column in Words.
)

// addWord appends a word that stands on a line or, without a text, in a row.
func (c *chosenColumn) addWord(word []byte, line int) error {
	if c.kind == undecided {
		c.kind, c.first = words, line
		c.codeOf = make(map[string]int32)
	}
	code, isKnown := c.codeOf[string(word)]
	if !isKnown {
		code = int32(len(c.words))
		most := mostWords
		if c.asWords {
			most = mostClasses
		}
		if len(c.words) == most {
			return problem(ErrWords, "more than %s different %s", thousands(most), c.tooMany())
		}
		c.words = append(c.words, string(word))
		c.codeOf[c.words[code]] = code
	}
	c.codes = append(c.codes, code)
	return nil
}

// tooMany says what to do about too many words.
func (c *chosenColumn) tooMany() string {
	switch {
	case c.role == roleLabel:
		return "values: a class, or rather a measurement or a name? Choose another Label"
	case c.asWords:
		return "words: use LeaveOut, or take the column out of Words"
	}
	return "words: names, texts or dates? Use LeaveOut, or Words for up to 1,000"
}

// manyRows is the number of rows from which a column that counts them can't be chance.
const manyRows = 20

// reference returns what options call the column: its name, or its number if the file has names but
// none for it.
func (c *chosenColumn) reference() string {
	if c.unnamed {
		return fmt.Sprintf("#%d", c.index+1)
	}
	return c.name
}

// check returns an error if a whole column is not what its role needs. Rows are all rows of the
// file, with those left out.
func (c *chosenColumn) check(rows int) error {
	name := quoted(c.reference())
	switch {
	case c.kind == numbers && c.counts && !c.named && (rows >= manyRows || c.isIndexName()):
		return problem(ErrIndex, "it only counts the rows from %.0f: use LeaveOut, or name %s in "+
			"Columns to keep it", c.countFrom, name)
	case c.kind == numbers && !c.named && areDates(c.numbers):
		return problem(ErrValue, `"%.0f" is a date: write a number, such as days, or use `+
			"LeaveOut; Columns keeps it", c.numbers[0])
	case c.kind == words && c.unnamed && c.index == 0 && !c.named:
		return problem(ErrWords, "it has names of rows: use LeaveOut, or name %s in Columns to "+
			"keep it", name)
	case c.kind == words && len(c.codes) >= manyRows && len(c.words)*10 > len(c.codes)*9 &&
		(c.role == roleLabel || !c.asWords):
		return problem(ErrWords, "%s different values in %s: %s", thousands(len(c.words)),
			counted(len(c.codes), "row"), adviceOnDifferent(c.role))
	}
	return nil
}

// areDates reports whether all numbers are dates, and at least two differ.
func areDates(numbers []float64) bool {
	isOther := func(number float64) bool { return !isDate(number) }
	return isDate(numbers[0]) && !slices.ContainsFunc(numbers, isOther) &&
		slices.Min(numbers) < slices.Max(numbers)
}

// isDate reports whether a number is a date of the years 1800 to 2100 as yyyymmdd.
func isDate(number float64) bool {
	if !(18000101 <= number && number <= 21001231) || number != math.Trunc(number) {
		return false
	}
	date := int(number)
	year, month, day := date/10000, time.Month(date/100%100), date%100
	valid := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	return valid.Month() == month && valid.Day() == day
}

func adviceOnDifferent(given role) string {
	if given == roleLabel {
		return "not a class. Choose another Label"
	}
	return "names or dates? Use LeaveOut, or Words to keep it"
}

// isIndexName reports whether a name is one that programs give to an index.
func (c *chosenColumn) isIndexName() bool {
	if c.unnamed && c.index == 0 {
		return true
	}
	name := strings.ToLower(strings.Trim(c.name, "._# "))
	switch name {
	case "", "id", "ids", "index", "idx", "row", "rows", "row_id", "rowid", "row id", "rownames",
		"row names", "row_names", "row.names", "row number", "rownum", "rownumber", "row_number",
		"no", "nr", "n", "num", "number", "obs", "observation", "sample", "sample_id", "record",
		"record_id", "level_0":
		return true
	}
	return strings.HasPrefix(name, "unnamed")
}
