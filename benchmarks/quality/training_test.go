package main

import (
	"context"
	"testing"
	"time"

	"github.com/gomlx/compute"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
)

// tinyWork is a work that trains in no time, on computedData.
type tinyWork struct {
	work
	engine compute.Backend
	data   string
}

func (tinyWork) name() string { return "tiny" }

func (w tinyWork) recommended(context.Context, int64) (meanflow.Config, error) {
	return meanflow.Config{
		Data: datasets.Spiral{}, BatchSize: 2, BatchesPerEpoch: 1, Backend: w.engine,
	}, nil
}

func (w tinyWork) dataFingerprint(context.Context) (string, error) { return w.data, nil }

func (tinyWork) measure(*meanflow.Model, int, int64) (measures, error) { return measures{}, nil }

func (w tinyWork) references(context.Context) ([]*reference, error) {
	return []*reference{{Work: w.name(), Name: "of " + w.data}}, nil
}

// What a recipe makes with its first model counts as time of the training. Results and references
// belong to the data, and other data are measured anew.
func TestTraining(t *testing.T) {
	const pause = 300 * time.Millisecond
	trained := recipe{name: "slow", change: func(*meanflow.Config) {}}
	trained.first = &pretraining{2, "a pause", func(*meanflow.Config, *meanflow.Model) error {
		time.Sleep(pause)
		return nil
	}}
	var all report
	isNew := func(next training) bool {
		pending, err := next.isNew(t.Context(), &all)
		if err != nil {
			t.Fatal(err)
		}
		return pending
	}
	for _, data := range []string{"some data", "other data"} {
		next := training{trained, tinyWork{engine: enginetest.PureGo(t), data: data}, 2, 0}
		if !isNew(next) {
			t.Errorf("%s: there is a result", data)
		}
		measured, err := next.run(t.Context(), &all, func(float64) {})
		if err != nil {
			t.Fatal(err)
		}
		all.put(measured)
		if isNew(next) {
			t.Errorf("%s: there is no result after it was measured", data)
		}
		if len(all.References) != 1 || all.References[0].Name != "of "+data {
			t.Errorf("%s: the references are %+v", data, all.References)
		}
		if measured.Seconds < pause.Seconds() || measured.TotalSeconds < pause.Seconds() {
			t.Errorf("%v s, %v s in total, with a pause of %s", measured.Seconds,
				measured.TotalSeconds, pause)
		}
	}
}
