//go:build js

package main

import (
	"context"
	"strconv"
	"syscall/js"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/web/session"
)

// calls are what the page can ask for.
var calls = map[string]func(w *worker, message js.Value) (map[string]any, error){
	"data": (*worker).data, "train": (*worker).train, "load": (*worker).load,
	"sample": (*worker).sample, "measure": (*worker).measure, "field": (*worker).field,
	"csv": (*worker).csv, "images": (*worker).images,
}

// headers are the page's choices of what the first line of a file holds.
var headers = map[string]datasets.Header{
	"names": datasets.WithHeader, "values": datasets.WithoutHeader,
}

func (w *worker) data(m js.Value) (map[string]any, error) {
	var description session.Data
	var err error
	switch {
	case m.Get("file").Truthy():
		description, err = w.session.UseFile(text(m, "fileName"), bytes(m.Get("file")),
			datasets.ReadOptions{
				Label: text(m, "label"), LeaveOut: texts(m, "leaveOut"),
				LeaveOutMissing: m.Get("leaveOutMissing").Truthy(),
				Header:          headers[text(m, "header")],
			})
	case m.Get("points").Truthy():
		description, err = w.session.UsePoints(points(m.Get("points"), 2))
	default:
		description, err = w.session.UseDistribution(text(m, "name"))
	}
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"dim": len(description.Columns), "columns": array(description.Columns),
		"rows": description.Rows, "preview": flat(description.Preview),
		"notes": array(description.Notes), "classes": array(description.Classes),
	}, nil
}

func (w *worker) train(m js.Value) (map[string]any, error) {
	training := session.Training{
		Recipe: text(m, "recipe"), Steps: number(m, "steps"), BatchSize: number(m, "batchSize"),
		Seed: int64(number(m, "seed")),
	}
	w.pause(false)
	last, err := w.session.Train(context.Background(), training, func(p session.Progress) error {
		answer(m, "progress", progress(p))
		err := w.giveWay(m)
		w.whilePaused()
		return err
	})
	return progress(last), err
}

// progress returns what the page gets of a training's progress.
func progress(p session.Progress) map[string]any {
	fields := map[string]any{
		"step": p.Step, "steps": p.Steps, "loss": p.Loss, "seconds": p.Elapsed.Seconds(),
	}
	if p.Model != nil {
		fields["model"] = byteArray(p.Model)
	}
	return fields
}

func (w *worker) load(m js.Value) (map[string]any, error) {
	model, err := w.session.Load(text(m, "slot"), bytes(m.Get("model")))
	if err != nil {
		return nil, err
	}
	image := js.Null()
	if model.Height > 0 {
		image = js.ValueOf([]any{model.Height, model.Width})
	}
	return map[string]any{
		"dim": len(model.Columns), "columns": array(model.Columns), "classes": array(model.Classes),
		"objective": model.Objective, "average": model.Average, "oneStep": model.OneStep,
		"image": image, "guidance": []any{model.Guidance[0], model.Guidance[1]},
	}, nil
}

// sampling returns the arguments of a sampling.
func sampling(m js.Value) session.Sampling {
	return session.Sampling{
		N: number(m, "n"), Steps: number(m, "steps"), Seed: int64(number(m, "seed")),
		Class: number(m, "class"),
	}
}

func (w *worker) sample(m js.Value) (map[string]any, error) {
	elapsed, err := w.session.Sample(text(m, "slot"), sampling(m), w.waiting(m),
		func(from int, path [][][]float64) error {
			count := len(path[0])
			var all [][]float64
			for _, points := range path {
				all = append(all, points...)
			}
			answer(m, "progress", map[string]any{"from": from, "count": count, "path": flat(all)})
			return w.giveWay(m)
		})
	return map[string]any{"ms": float64(elapsed.Microseconds()) / 1000}, err
}

func (w *worker) measure(m js.Value) (map[string]any, error) {
	measured, err := w.session.Measure(text(m, "slot"), sampling(m), w.waiting(m))
	if err != nil {
		return nil, err
	}
	off := js.Null()
	if measured.OffSupport != nil {
		off = js.ValueOf(*measured.OffSupport)
	}
	return map[string]any{"distance": measured.Distance, "offSupport": off}, nil
}

func (w *worker) field(m js.Value) (map[string]any, error) {
	slot := text(m, "slot")
	dim, err := w.session.Dim(slot)
	if err != nil {
		return nil, err
	}
	velocities, err := w.session.Field(slot, points(m.Get("points"), dim),
		m.Get("t").Float(), m.Get("r").Float())
	return map[string]any{"velocities": flat(velocities)}, err
}

func (w *worker) csv(m js.Value) (map[string]any, error) {
	slot := text(m, "slot")
	dim, err := w.session.Dim(slot)
	if err != nil {
		return nil, err
	}
	samples := points(m.Get("points"), dim)
	for _, sample := range samples {
		for j := range sample { // As few digits as a float32 needs.
			sample[j], _ = strconv.ParseFloat(strconv.FormatFloat(sample[j], 'g', -1, 32), 64)
		}
	}
	table, err := w.session.CSV(slot, samples, number(m, "class"))
	return map[string]any{"text": table}, err
}

func (w *worker) images(m js.Value) (map[string]any, error) {
	picturing := session.Picturing{
		N: number(m, "n"), Class: number(m, "class"), Seed: int64(number(m, "seed")),
	}
	if guidance := m.Get("guidance"); guidance.Truthy() {
		picturing.Guidance = guidance.Float()
	}
	pixels, elapsed, err := w.session.Images(text(m, "slot"), picturing, w.waiting(m))
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"pixels": byteArray(pixels), "ms": float64(elapsed.Microseconds()) / 1000,
	}, nil
}

// waiting returns giveWay for a message.
func (w *worker) waiting(m js.Value) func() error {
	return func() error { return w.giveWay(m) }
}
