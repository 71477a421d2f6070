package datasets

import (
	"fmt"
	"slices"
)

// WithClasses returns the same points with the class of each, from 1 to len(names), and the names
// of the classes. There must be a class for each point and from 1 to 1,000 different names, not
// empty. It replaces classes that the points had. The codes of images get the images' classes that
// way.
//
// The label is called "class", for [Schema.Given] too. WithClasses returns an error if a condition
// has that name already.
func (p *Points) WithClasses(classes []int, names []string) (*Points, error) {
	if len(classes) != p.Len() {
		return nil, fmt.Errorf("datasets: WithClasses: there are %d classes and %d points: the "+
			"numbers must be equal", len(classes), p.Len())
	}
	if len(names) < 1 || len(names) > maxCategories {
		return nil, fmt.Errorf("datasets: WithClasses: there are %d names, there must be from 1 "+
			"to %d", len(names), maxCategories)
	}
	if i := slices.Index(names, ""); i >= 0 {
		return nil, fmt.Errorf("datasets: WithClasses: names[%d] is empty, each class must have a "+
			"name", i)
	}
	codes := make([]int32, len(classes))
	for i, class := range classes {
		if class < 1 || class > len(names) {
			return nil, fmt.Errorf("datasets: WithClasses: classes[%d] is %d, it must be from 1 "+
				"to %d", i, class, len(names))
		}
		codes[i] = int32(class - 1)
	}
	labelled := *p
	labelled.label = &tableColumn{name: "class", words: slices.Clone(names), codes: codes}
	labelled.describe()
	if err := labelled.schema.check(); err != nil {
		return nil, fmt.Errorf("datasets: WithClasses: %w", err)
	}
	labelled.prepare()
	return &labelled, nil
}
