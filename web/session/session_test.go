package session_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/metrics"
	"github.com/meanflow-go/meanflow/web/session"
)

// trained returns a session with the given data and a model of them in the slot "left", and the
// same model.
func trained(t *testing.T, s *session.Session, steps int) (*meanflow.Model, session.Model) {
	t.Helper()
	training := session.Training{Recipe: "recommended", Steps: steps, BatchSize: 16, Seed: 1}
	last, err := s.Train(t.Context(), training, func(session.Progress) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	description, err := s.Load("left", last.Model)
	if err != nil {
		t.Fatal(err)
	}
	options := meanflow.LoadOptions{Backend: enginetest.PureGo(t)}
	m, err := meanflow.ReadSafetensors(last.Model, options)
	if err != nil {
		t.Fatal(err)
	}
	return m, description
}

// use makes a session with a distribution of package datasets.
func use(t *testing.T, name string) *session.Session {
	t.Helper()
	s := open(t)
	if _, err := s.UseDistribution(name); err != nil {
		t.Fatal(err)
	}
	return s
}

// open makes a session in pure Go, the engine of the page.
func open(t *testing.T) *session.Session {
	t.Helper()
	return session.New(enginetest.PureGo(t))
}

func never() error { return nil }

// A training reports each step once, and models that sample as the result does.
func TestTrain(t *testing.T) {
	s := use(t, "moons")
	for _, recipe := range session.Recipes {
		var steps []int
		training := session.Training{Recipe: recipe, Steps: 12, BatchSize: 8}
		last, err := s.Train(t.Context(), training, func(p session.Progress) error {
			steps = append(steps, p.Step)
			if math.IsNaN(p.Loss) || p.Steps != 12 || p.Elapsed <= 0 {
				t.Errorf("%s: progress %+v", recipe, p)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(steps) != 3 || steps[0] != 5 || steps[2] != 12 || last.Step != 12 {
			t.Errorf("%s: progress after the steps %v, the last is %d", recipe, steps, last.Step)
		}
		model, err := s.Load("right", last.Model)
		if err != nil {
			t.Fatal(err)
		}
		if model.Average != (recipe != "flow matching") || len(model.Columns) != 2 {
			t.Errorf("%s: the model is %+v", recipe, model)
		}
	}
}

// What report returns ends a training, so that the page can stop one.
func TestTrainStops(t *testing.T) {
	stop := errors.New("stop")
	reports := 0
	training := session.Training{Recipe: "mean flow", Steps: 1000, BatchSize: 8}
	_, err := use(t, "moons").Train(context.Background(), training, func(session.Progress) error {
		reports++
		return stop
	})
	if !errors.Is(err, stop) || reports != 1 {
		t.Errorf("after %d reports the error is %v, want the report's after 1", reports, err)
	}
}

// The page gets what Model.Trajectory returns for the same seed, whatever the parts.
func TestSampleIsTheModels(t *testing.T) {
	s := use(t, "spiral")
	m, _ := trained(t, s, 5)
	for _, o := range []session.Sampling{
		{N: 1, Steps: 1, Seed: 3}, {N: 2000, Steps: 1, Seed: 4}, {N: 300, Steps: 37, Seed: 5},
		{N: 50, Steps: 100, Seed: 6},
	} {
		want, err := m.Trajectory(o.N, o.Steps, o.Seed)
		if err != nil {
			t.Fatal(err)
		}
		got := make([][][]float64, o.Steps+1)
		_, err = s.Sample("left", o, never, func(from int, path [][][]float64) error {
			if from != len(got[0]) {
				t.Fatalf("a part begins with point %d after %d points", from, len(got[0]))
			}
			for k, points := range path {
				got[k] = append(got[k], points...)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for k := range want {
			if len(got[k]) != len(want[k]) {
				t.Fatalf("%+v: %d points at time %d, want %d", o, len(got[k]), k, len(want[k]))
			}
			for i := range want[k] {
				check.Close(t, "a point", got[k][i], want[k][i], 1e-5)
			}
		}
	}
}

// Measure compares 10,000 samples: here with the numbers of package metrics itself.
func TestMeasure(t *testing.T) {
	s := use(t, "checkerboard")
	m, _ := trained(t, s, 5)
	got, err := s.Measure("left", session.Sampling{Steps: 1, Seed: 2}, never)
	if err != nil {
		t.Fatal(err)
	}
	samples, err := m.Sample(10_000, 1, 2)
	if err != nil {
		t.Fatal(err)
	}
	off, err := metrics.OffSupport(samples, datasets.Checkerboard{}.Contains)
	if err != nil {
		t.Fatal(err)
	}
	points, err := datasets.Draw(datasets.Checkerboard{}, 10_000, 77)
	if err != nil {
		t.Fatal(err)
	}
	distance, err := metrics.SlicedWasserstein(samples, points, 3)
	if err != nil {
		t.Fatal(err)
	}
	// Other points and directions move the distance of this untrained model by 0.03 at most.
	check.Close(t, "measurement", []float64{got.Distance, *got.OffSupport},
		[]float64{distance, off}, 0.05)
}

// penguins is a table with a label, categories and a missing value.
const penguins = "species,mass,island\nAdelie,3750,Biscoe\nGentoo,5400,Biscoe\nGentoo,NA,Dream\n"

// A file's rows come back as a table of the same columns, for a class as for any.
func TestFile(t *testing.T) {
	content := []byte(penguins + strings.Repeat("Adelie,3800,Dream\nGentoo,5000,Biscoe\n", 10))
	s := open(t)
	_, err := s.UseFile("birds.csv", content, datasets.ReadOptions{})
	check.Error(t, err, "birds.csv", "line 4", "mass")
	data, err := s.UseFile("birds.csv", content,
		datasets.ReadOptions{Label: "species", LeaveOutMissing: true})
	if err != nil {
		t.Fatal(err)
	}
	if data.Rows != 22 || len(data.Columns) != 3 || len(data.Classes) != 2 || len(data.Notes) != 2 {
		t.Errorf("the data are %+v", data)
	}
	_, description := trained(t, s, 5)
	if len(description.Classes) != 2 || description.Classes[1] != "Gentoo" ||
		description.Columns[0] != "mass" {
		t.Errorf("the model is %+v", description)
	}
	for class, want := range []string{"mass,island\n", "mass,island,species\n"} {
		text, err := s.CSV("left", [][]float64{{3500, 1, 0}, {4000, 0, 1}, {4500.25, 1, 0}}, class)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(text, want) || !strings.Contains(text, "\n4000,Dream") ||
			class > 0 && strings.Count(text, ",Adelie\n") != 3 {
			t.Errorf("for class %d the table is\n%s", class, text)
		}
	}
	if _, err := s.Measure("left", session.Sampling{Steps: 1}, never); err != nil {
		t.Error(err)
	}
}

// Errors name what the page has, instead of fields of Go.
func TestExplain(t *testing.T) {
	_, err := open(t).UseFile("a.csv", []byte("0,1\n1,2\n"), datasets.ReadOptions{})
	if err == nil {
		t.Fatal("there is no error")
	}
	text := session.Explain(err)
	if !strings.HasPrefix(text, "a.csv, line 1") ||
		!strings.Contains(text, "set “First line” to “names” or “values”") {
		t.Error(text)
	}
}

// Names that fs.FS does not allow don't matter.
func TestFileNames(t *testing.T) {
	content := []byte(strings.Repeat("1.5,2\n2.5,3\n", 10))
	for _, name := range []string{"a.csv", "../a.csv", "..", "", "a/b.csv", "ü\\b.csv", "\xff"} {
		if _, err := open(t).UseFile(name, content, datasets.ReadOptions{}); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestRefuses(t *testing.T) {
	s := use(t, "moons")
	trained(t, s, 5)
	empty := open(t)
	for name, test := range map[string]struct {
		call  func() error
		wants []string
	}{
		"an unknown distribution": {func() error {
			_, err := s.UseDistribution("sun")
			return err
		}, []string{`"sun"`, "moons"}},
		"few points": {func() error {
			_, err := s.UsePoints([][]float64{{1, 2}})
			return err
		}, []string{"1 points are too few", "20"}},
		"a short file": {func() error {
			_, err := s.UseFile("a.csv", []byte("1.5,2\n2.5,3\n"), datasets.ReadOptions{})
			return err
		}, []string{"a.csv: the number of rows is 2", "20"}},
		"a huge file": {func() error {
			_, err := s.UseFile("a.csv", make([]byte, 65<<20), datasets.ReadOptions{})
			return err
		}, []string{"65 MB", "64 MB"}},
		"no data": {func() error {
			_, err := empty.Train(t.Context(), session.Training{Steps: 1}, nil)
			return err
		}, []string{"no data"}},
		"no data to compare": {func() error {
			_, err := empty.Measure("left", session.Sampling{Steps: 1}, never)
			return err
		}, []string{"no data"}},
		"an unknown recipe": {func() error {
			_, err := s.Train(t.Context(),
				session.Training{Steps: 1, BatchSize: 2, Recipe: "pizza"}, nil)
			return err
		}, []string{`"pizza"`, "recommended"}},
		"many steps of training": {func() error {
			_, err := s.Train(t.Context(), session.Training{Steps: 1e6, BatchSize: 2}, nil)
			return err
		}, []string{"steps of training: 1000000"}},
		"a large batch": {func() error {
			_, err := s.Train(t.Context(), session.Training{Steps: 1, BatchSize: 1e6}, nil)
			return err
		}, []string{"batch size: 1000000"}},
		"no model": {func() error {
			_, err := s.Sample("right", session.Sampling{N: 1, Steps: 1}, never, nil)
			return err
		}, []string{`"right"`}},
		"no model of images": {func() error {
			_, _, err := s.Images("left", session.Picturing{N: 1}, never)
			return err
		}, []string{"no model of images"}},
		"many points": {func() error {
			_, err := s.Sample("left", session.Sampling{N: 1e6, Steps: 1}, never, nil)
			return err
		}, []string{"number of points: 1000000"}},
		"many steps": {func() error {
			_, err := s.Measure("left", session.Sampling{Steps: 101}, never)
			return err
		}, []string{"steps: 101"}},
		"no samples": {func() error {
			_, err := s.CSV("left", nil, 0)
			return err
		}, []string{"no samples"}},
		"a class of a model without": {func() error {
			_, err := s.Measure("left", session.Sampling{Steps: 1, Class: 1}, never)
			return err
		}, []string{"without conditions"}},
		"the class of samples without": {func() error {
			_, err := s.CSV("left", [][]float64{{1, 2}}, 1)
			return err
		}, []string{"class: 1"}},
		"no model in a file": {func() error {
			_, err := s.Load("left", []byte("PNG"))
			return err
		}, []string{"safetensors"}},
	} {
		t.Run(name, func(t *testing.T) { check.Error(t, test.call(), test.wants...) })
	}
	// What was there before is still there.
	if _, err := s.CSV("left", [][]float64{{1, 2}}, 0); err != nil {
		t.Error(err)
	}
}

// An error from giveWay ends a computation.
func TestGivesWay(t *testing.T) {
	s := use(t, "moons")
	trained(t, s, 5)
	enough := errors.New("enough")
	_, err := s.Measure("left", session.Sampling{Steps: 1}, func() error { return enough })
	if !errors.Is(err, enough) {
		t.Errorf("the error is %v", err)
	}
	shown := 0 // Between the steps of a part, too: this one takes a second.
	_, err = s.Sample("left", session.Sampling{N: 20_000, Steps: 100},
		func() error { return enough },
		func(int, [][][]float64) error {
			shown++
			return nil
		})
	if !errors.Is(err, enough) || shown > 2 {
		t.Errorf("after %d parts the error is %v", shown, err)
	}
}

// The field of a model is its velocity: for flow matching, whatever r is.
func TestField(t *testing.T) {
	s := use(t, "moons")
	m, _ := trained(t, s, 5)
	points := [][]float64{{0.5, -1}, {2, 0}}
	got, err := s.Field("left", points, 0.8, 0.3)
	if err != nil {
		t.Fatal(err)
	}
	want, err := m.AverageVelocity(points, 0.8, 0.3)
	if err != nil {
		t.Fatal(err)
	}
	check.Close(t, "the field", got[0], want[0], 0)
	var content bytes.Buffer
	config := meanflow.Config{
		Data: datasets.Moons{}, Objective: meanflow.FlowMatching{}, Epochs: meanflow.None,
		Backend: enginetest.PureGo(t),
	}
	flow, err := meanflow.Train(t.Context(), config)
	if err == nil {
		err = flow.WriteSafetensors(&content)
	}
	if err == nil {
		_, err = s.Load("flow", content.Bytes())
	}
	if err != nil {
		t.Fatal(err)
	}
	if got, err = s.Field("flow", points, 0.8, 0.3); err != nil {
		t.Fatal(err)
	}
	if want, err = flow.Velocity(points, 0.8); err != nil {
		t.Fatal(err)
	}
	check.Close(t, "the field of flow matching", got[1], want[1], 0)
}
