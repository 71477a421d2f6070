package main

import (
	"context"
	"fmt"
	"log"
	"slices"
	"time"

	"github.com/meanflow-go/meanflow/meanflow"
)

// training is one training of a run.
type training struct {
	recipe recipe
	work   work
	steps  int
	seed   int64
}

func (t training) String() string {
	return fmt.Sprintf("%s on %s, %d steps, seed %d", t.recipe.name, t.work.name(), t.steps, t.seed)
}

// stepSeconds are the times of a training step on two cores, and measuringSeconds those of a
// compilation and of measuring, both about, to estimate the rest of a run.
var (
	stepSeconds      = map[kind]float64{plane: 0.003, mixture: 0.003, tables: 0.006, codes: 0.019}
	measuringSeconds = map[kind]float64{plane: 5, mixture: 6, tables: 5, codes: 25}
)

// expected is about the time of a training on two cores, with its measures.
func (t training) expected() time.Duration {
	of := t.work.kind()
	steps := t.steps
	if t.recipe.first != nil {
		steps += t.recipe.first.steps
	}
	seconds := measuringSeconds[of] + stepSeconds[of]*float64(steps)
	return time.Duration(seconds * float64(time.Second))
}

// isNew reports whether a report lacks the result of a training, or has one of another recipe by
// the same name.
func (t training) isNew(ctx context.Context, all *report) (bool, error) {
	found := all.find(t.result())
	if found == nil {
		return true, nil
	}
	recommended, err := t.work.recommended(ctx, t.seed)
	if err != nil {
		return false, err
	}
	data, err := dataFingerprint(ctx, t.work)
	if err != nil {
		return false, err
	}
	text, err := fingerprint(t.recipe, t.recipe.config(recommended, t.steps, t.seed), data)
	if err != nil {
		return false, err
	}
	if text != found.Fingerprint {
		log.Printf("measured anew, because the recipe or the data changed: %s", t)
	}
	return text != found.Fingerprint, nil
}

// result returns a result without times and measures.
func (t training) result() *result {
	return &result{
		Recipe: t.recipe.name, Work: t.work.name(), TrainingSteps: t.steps, Seed: t.seed,
	}
}

// addReferences measures the references of a work if a report lacks them, or has those of other
// data.
func addReferences(ctx context.Context, all *report, of work, data string) error {
	if all.hasReferences(of.name(), data) {
		return nil
	}
	measured, err := of.references(ctx)
	if err != nil {
		return err
	}
	for _, added := range measured {
		added.Data = data
	}
	all.References = slices.DeleteFunc(all.References, func(known *reference) bool {
		return known.Work == of.name()
	})
	all.References = append(all.References, measured...)
	return nil
}

// run trains and measures, unless ctx ended. It calls update with the share of the training that is
// done. It adds references to a report that lacks them.
func (t training) run(
	ctx context.Context, all *report, update func(share float64),
) (*result, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	data, err := dataFingerprint(ctx, t.work)
	if err != nil {
		return nil, err
	}
	if err := addReferences(ctx, all, t.work, data); err != nil {
		return nil, err
	}
	recommended, err := t.work.recommended(ctx, t.seed)
	if err != nil {
		return nil, err
	}
	config, measured := t.recipe.config(recommended, t.steps, t.seed), t.result()
	if measured.Fingerprint, err = fingerprint(t.recipe, config, data); err != nil {
		return nil, err
	}
	if first := t.recipe.first; first != nil {
		before := config
		before.Objective, before.Epochs = meanflow.FlowMatching{},
			first.steps/config.BatchesPerEpoch
		m, err := measured.train(ctx, before, func(float64) {})
		if err != nil {
			return nil, err
		}
		begin := time.Now()
		if err := first.use(&config, m); err != nil {
			return nil, err
		}
		seconds := time.Since(begin).Seconds()
		measured.Seconds += seconds
		measured.TotalSeconds += seconds
	}
	m, err := measured.train(ctx, config, update)
	if err != nil {
		return nil, err
	}
	for _, steps := range t.recipe.samplingSteps() {
		found, err := t.work.measure(m, steps, t.seed)
		if err != nil {
			return nil, err
		}
		measured.Samples = append(measured.Samples, samples{steps, found})
	}
	if of, ok := t.work.(measuredVelocity); ok && slices.Max(t.recipe.samplingSteps()) > 1 {
		measured.Measures, err = of.measureVelocity(m)
	}
	return measured, err
}

// train trains, and adds the time that it takes.
func (r *result) train(
	ctx context.Context, config meanflow.Config, update func(share float64),
) (*meanflow.Model, error) {
	begin, epoch := time.Now(), 0
	var compiled time.Time // The end of the first epoch.
	config.OnEpoch = func(*meanflow.Model) error {
		if epoch++; epoch == 1 {
			compiled = time.Now()
		}
		update(float64(epoch) / float64(config.Epochs))
		return nil
	}
	update(0)
	m, err := meanflow.Train(ctx, config)
	if err != nil {
		return nil, err
	}
	epochs := float64(config.Epochs)
	r.Seconds += time.Since(compiled).Seconds() * epochs / max(1, epochs-1)
	r.TotalSeconds += time.Since(begin).Seconds()
	return m, nil
}
