package plotting

import (
	"fmt"
	"strconv"
	"strings"
)

// describeLines describes lines of a quantity y against x.
func describeLines(x, y string, lines []Line) description {
	const most = 6 // Lines with numbers; of others, only the names are given.
	named := func(quantity, otherwise string) string {
		if quantity = cut(oneLine(quantity), 60); quantity == "" {
			return otherwise
		}
		return quantity
	}
	x, y = named(x, "x"), named(y, "y")
	alt := description{what: y + " against " + x + " on logarithmic axes"}
	if len(lines) == 0 {
		alt.shown, alt.short = "empty axes for "+alt.what, "no lines"
		return alt
	}
	alt.key = "Given is the lowest value."
	xs, ys := emptySpan(), emptySpan()
	lowest := ""
	var facts, further []string
	for k, line := range lines {
		name := "Line " + strconv.Itoa(k+1)
		if line.Name != "" {
			name = "“" + cut(oneLine(line.Name), 60) + "”"
		}
		for i, value := range line.Y {
			place := ""
			if line.X != nil {
				xs.include(span{line.X[i], line.X[i]})
				place = " at " + number(line.X[i])
			}
			if value < ys.min {
				lowest = number(value) + ", " + name + place
			}
			ys.include(span{value, value})
		}
		if k < most {
			facts = append(facts, name+" "+line.course()+".")
		} else {
			further = append(further, name)
		}
	}
	alt.shown = count(len(lines), "line") + " of " + alt.what + ", "
	if xs.min <= xs.max {
		alt.shown += fmt.Sprintf("%s from %s, ", x, xs)
	}
	alt.shown += fmt.Sprintf("%s from %s", y, ys)
	alt.facts, alt.short = strings.Join(facts, " "), lowest
	if len(further) > 0 {
		alt.facts += " And " + strings.Join(further, ", ") + "."
	}
	return alt
}

// course returns the words for how a line runs.
func (l Line) course() string {
	last := len(l.Y) - 1
	switch {
	case l.X == nil:
		return "is dashed, at " + number(l.Y[0])
	case last == 0:
		return "is a point, " + number(l.Y[0]) + " at " + number(l.X[0])
	}
	return "leads from " + number(l.Y[0]) + " at " + number(l.X[0]) + " to " + number(l.Y[last]) +
		" at " + number(l.X[last])
}
