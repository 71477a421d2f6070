package main

import "slices"

// rounds is the number of trainings, each with its own seed, that show whether a quality is
// reached. It is reached if most of them reach it.
const rounds = 3

// trial is a contestant's samples after a number of training steps.
type trial struct {
	Work       string  `json:"work"`
	Contestant string  `json:"contestant"`
	Seed       int64   `json:"seed"`
	Steps      int     `json:"steps"`
	Seconds    float64 `json:"seconds"` // From the start of the process to the samples.
	// Measures are nil if the contestant was stopped at its limit before it had samples.
	Measures measures `json:"measures,omitempty"`
}

func (t *trial) reaches(asked measures) bool {
	return t.Measures != nil && t.Measures.over(asked) <= 1
}

// contest is a contestant on a work, with its trials in the order in which they were made.
type contest struct {
	contestant contestant
	work       work
	trials     []*trial
}

// of returns the trials of a seed.
func (c *contest) of(seed int64) (found []*trial) {
	for _, t := range c.trials {
		if t.Seed == seed {
			found = append(found, t)
		}
	}
	return found
}

// finals returns the trials that decide, at most one for each seed: those of the largest number of
// steps or, without a schedule, the last of each training.
func (c *contest) finals() (finals []*trial) {
	largest := 0
	for _, t := range c.trials {
		largest = max(largest, t.Steps)
	}
	for seed := range int64(rounds) {
		trials := c.of(seed)
		if len(trials) == 0 {
			continue
		}
		last := trials[len(trials)-1]
		if !c.contestant.hasSchedule() || last.Steps == largest {
			finals = append(finals, last)
		}
	}
	return finals
}

// count returns how many trials reach the quality, and how many do not.
func (c *contest) count(finals []*trial) (reached, failed int) {
	for _, t := range finals {
		if t.reaches(c.work.asked()) {
			reached++
		}
	}
	return reached, len(finals) - reached
}

// isReachedBy reports whether most of the rounds' trials reach the quality.
func (c *contest) isReachedBy(finals []*trial) bool {
	reached, _ := c.count(finals)
	return 2*reached > rounds
}

// next returns the next training: its seed and its first number of steps. With a schedule, the
// steps double once most of the rounds can't reach the quality. There is no next training if all
// rounds are done, or if the contestant was stopped before any of them reached the quality.
func (c *contest) next() (seed int64, steps int, ok bool) {
	finals := c.finals()
	if len(finals) == 0 {
		return 0, c.work.firstSteps(), true
	}
	reached, failed := c.count(finals)
	wasStopped := slices.ContainsFunc(finals, func(t *trial) bool { return t.Measures == nil })
	tooMany := 2*failed > rounds
	switch {
	case wasStopped && (reached == 0 || tooMany):
		return 0, 0, false
	case tooMany:
		return 0, 2 * finals[0].Steps, true
	case len(finals) == rounds:
		return 0, 0, false
	case c.contestant.hasSchedule():
		return int64(len(finals)), finals[0].Steps, true
	}
	return int64(len(finals)), c.work.firstSteps(), true
}

// best returns the trial with the best quality, or nil if there are no samples.
func (c *contest) best() (best *trial) {
	for _, t := range c.trials {
		if t.Measures != nil && (best == nil ||
			t.Measures.over(c.work.asked()) < best.Measures.over(c.work.asked())) {
			best = t
		}
	}
	return best
}
