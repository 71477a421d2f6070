package datasets

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Given returns the class and the condition values [width of the conditions] for which to generate
// points, in the user's units. The keys of given are the names of the label and of all conditions;
// the values are numbers or texts, such as 2008, "2008" or "Adelie". The class is 0 and the values
// are nil if the schema has none.
//
// The error names a name that is missing or unknown, an unknown class or category, and a number
// outside the range of the data: there a model has learned nothing. To extrapolate all the same,
// give the model your own values.
func (s Schema) Given(given map[string]any) (class int, values []float64, err error) {
	class, values, err = s.given(given)
	if err != nil {
		return 0, nil, fmt.Errorf("datasets: Given: %w", err)
	}
	return class, values, nil
}

func (s Schema) given(given map[string]any) (class int, values []float64, err error) {
	names := s.ConditionNames()
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !slices.Contains(names, name) {
			return 0, nil, withList(names, "there is no condition %s, there are: ", quoted(name))
		}
	}
	for _, name := range names {
		if _, found := given[name]; !found {
			return 0, nil, fmt.Errorf("condition %s is missing", quoted(name))
		}
	}
	if classes := s.Label.Classes; len(classes) > 0 {
		k, err := wordIn(classes, s.Label.Name, given[s.Label.Name])
		if err != nil {
			return 0, nil, err
		}
		class = k + 1
	}
	for _, column := range s.Conditions {
		if values, err = column.appendGiven(values, given[column.Name]); err != nil {
			return 0, nil, err
		}
	}
	return class, values, nil
}

// appendGiven appends the condition values that a column makes of a number or text.
func (c Column) appendGiven(values []float64, given any) ([]float64, error) {
	if c.Kind == Category {
		k, err := wordIn(c.Categories, c.Name, given)
		if err != nil {
			return nil, err
		}
		return appendOneHot(values, k, len(c.Categories)), nil
	}
	number, isNumber := finiteNumber(fmt.Sprint(given))
	if !isNumber || number < c.Min || number > c.Max {
		return nil, fmt.Errorf("condition %s is %s, it must be a number from %v to %v, as in the "+
			"data", quoted(c.Name), quoted(fmt.Sprint(given)), c.Min, c.Max)
	}
	return append(values, number), nil
}

// wordIn returns the index of the word that is given, or that is the same number.
func wordIn(words []string, name string, given any) (int, error) {
	text := fmt.Sprint(given)
	if k := slices.Index(words, text); k >= 0 {
		return k, nil
	}
	number, isNumber := finiteNumber(text)
	k := slices.IndexFunc(words, func(word string) bool {
		other, alsoNumber := finiteNumber(word)
		return isNumber && alsoNumber && number == other
	})
	if k < 0 {
		return 0, withList(words, "condition %s is %s, it must be one of ", quoted(name),
			quoted(text))
	}
	return k, nil
}

// withList returns an error that ends in as many names as have room.
func withList(names []string, format string, values ...any) error {
	text := fmt.Sprintf(format, values...)
	if len(names) == 0 {
		return errors.New(text + "none")
	}
	const room = longestError - len("datasets: Given: ")
	return errors.New(text + listedWithin(room-len(text), names))
}
