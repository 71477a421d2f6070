package meanflow

import "fmt"

// OneStepError says that a model was asked for other times than those of its training, which had
// only t = 1 and r = 0, as with [Drifting]. Such a model generates in one step, and has no
// velocities and no likelihood.
type OneStepError struct {
	Asked     string // What the model was asked for.
	Objective string // The name of the model's objective.
}

// Error says what the model was asked for and what it knows.
func (e *OneStepError) Error() string {
	return fmt.Sprintf("%s, but a model of %s knows only the single step from t = 1 to r = 0",
		e.Asked, e.Objective)
}

// oneStepError returns a OneStepError that says what was asked for.
func (m *Model) oneStepError(asked string, args ...any) error {
	return &OneStepError{fmt.Sprintf(asked, args...), m.Objective()}
}

// OneStep reports whether the model knows only the single step from t = 1 to r = 0, as one of
// [Drifting] does. Other times are a [OneStepError].
func (m *Model) OneStep() bool { return m.meta.OneStep }
