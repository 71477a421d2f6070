package main

// rounds is the number of trainings, each with its own seed, of the number of steps that reaches
// the quality. It is reached if most of them reach it.
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

// finals returns the trials that decide, one for each seed up to the first that lacks: those of the
// first number of steps that can still reach the quality or, without a schedule, the last of each
// training. There are no others if the first does not reach it.
func (c *contest) finals() (finals []*trial) {
	if !c.contestant.hasSchedule() {
		for seed := range int64(rounds) {
			trials := c.of(seed)
			if len(trials) == 0 {
				break
			}
			finals = append(finals, trials[len(trials)-1])
		}
		return finals
	}
	for _, first := range c.of(0) {
		finals = []*trial{first}
		for seed := int64(1); seed < rounds; seed++ {
			for _, t := range c.of(seed) {
				if t.Steps == first.Steps {
					finals = append(finals, t)
				}
			}
		}
		if first.reaches(c.work.asked()) && (len(finals) < rounds || c.isReachedBy(finals)) {
			break
		}
	}
	return finals
}

// isReachedBy reports whether most of the rounds' trials reach the quality.
func (c *contest) isReachedBy(finals []*trial) bool {
	reached := 0
	for _, t := range finals {
		if t.reaches(c.work.asked()) {
			reached++
		}
	}
	return 2*reached > rounds
}

// next returns the next training: its seed and its first number of steps. There is none if all
// rounds are done, or if the contestant was stopped.
func (c *contest) next() (seed int64, steps int, ok bool) {
	finals := c.finals()
	if len(finals) == 0 {
		return 0, c.work.firstSteps(), true
	}
	first, asked := finals[0], c.work.asked()
	switch {
	case first.Measures == nil:
		return 0, 0, false
	case first.reaches(asked) && len(finals) < rounds:
		if !c.contestant.hasSchedule() {
			return int64(len(finals)), c.work.firstSteps(), true
		}
		return int64(len(finals)), first.Steps, true
	case c.contestant.hasSchedule() && !c.isReachedBy(finals):
		return 0, 2 * first.Steps, true
	}
	return 0, 0, false
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
