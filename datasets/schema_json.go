package datasets

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/meanflow-go/meanflow/meanflow/scale"
)

// ParseSchema returns the Schema that [Points.Description] returned in JSON. It returns an error
// unless there is at least one column, numbers have a finite range, categories and classes have
// different names, and so have the label and the conditions.
func ParseSchema(description []byte) (Schema, error) {
	var s Schema
	if err := json.Unmarshal(description, &s); err != nil {
		return Schema{}, fmt.Errorf("datasets: ParseSchema: %w", err)
	}
	if err := s.check(); err != nil {
		return Schema{}, fmt.Errorf("datasets: ParseSchema: %w", err)
	}
	return s, nil
}

// description returns the schema in JSON.
func (s Schema) description() ([]byte, error) { return json.Marshal(s) }

// MarshalText returns "number", "integer" or "category".
func (k Kind) MarshalText() ([]byte, error) {
	if k < 0 || int(k) >= len(kinds) {
		return nil, fmt.Errorf("datasets: the kind of a column is %d, it must be from 0 to %d",
			int(k), len(kinds)-1)
	}
	return []byte(kinds[k]), nil
}

// UnmarshalText reads "number", "integer" or "category".
func (k *Kind) UnmarshalText(text []byte) error {
	at := slices.Index(kinds, string(text))
	if at < 0 {
		return fmt.Errorf("datasets: the kind of a column is %q, it must be one of %q", text, kinds)
	}
	*k = Kind(at)
	return nil
}

// check returns an error unless the schema is as ParseSchema wants it.
func (s Schema) check() error {
	if len(s.Columns) == 0 {
		return fmt.Errorf("there are no columns, there must be at least one")
	}
	for _, column := range slices.Concat(s.Columns, s.Conditions) {
		if err := column.check(); err != nil {
			return err
		}
	}
	if name := repeated(s.Label.Classes); name != nil {
		return fmt.Errorf("two classes are called %s", quoted(*name))
	}
	if name := repeated(s.ConditionNames()); name != nil {
		return fmt.Errorf("two columns for classes or conditions are called %s", quoted(*name))
	}
	return nil
}

func (c Column) check() error {
	if c.Kind == Category {
		if len(c.Categories) == 0 {
			return fmt.Errorf("column %s has no categories", quoted(c.Name))
		}
		if name := repeated(c.Categories); name != nil {
			return fmt.Errorf("column %s has the category %s twice", quoted(c.Name), quoted(*name))
		}
		return nil
	}
	const most = scale.MaxMagnitude
	if !(c.Min <= c.Max && math.Abs(c.Min) <= most && math.Abs(c.Max) <= most) {
		return fmt.Errorf("column %s is from %v to %v, which is no range up to 1e300",
			quoted(c.Name), c.Min, c.Max)
	}
	return nil
}

// repeated returns a name that occurs more than once, or nil.
func repeated(names []string) *string {
	seen := map[string]bool{}
	for _, name := range names {
		if seen[name] {
			return &name
		}
		seen[name] = true
	}
	return nil
}
