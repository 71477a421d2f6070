package datasets

import "io"

// Separator, decimal sign, encoding and header of a text, or what Read found.

// ReadOptions say what [Read] can't detect, or should not.
type ReadOptions struct {
	// Columns are the columns that make the points, by name or by number from 1. If there are none,
	// all columns make the points that no other option names.
	Columns []string
	// LeaveOut are columns that Read ignores.
	LeaveOut []string
	// Label is the column of the class; its different values are the classes' names.
	Label string
	// Conditions are the columns of the condition values.
	Conditions []string
	// Words are columns whose values are words even if they look like numbers.
	Words []string

	ProgressWriter io.Writer
}

// Format says how Read understood a file.
type Format struct {
	Kind string
}
