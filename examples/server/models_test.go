package main

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/internal/exit"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/latent"
	"github.com/meanflow-go/meanflow/meanflow/network"
)

// The models are saved, and loaded as the command loads them.
var folders struct {
	once                       sync.Once
	rows, plane, images, drift string
}

func TestMain(m *testing.M) {
	os.Setenv("GOMLX_BACKEND", "go")
	code := m.Run()
	os.RemoveAll(filepath.Dir(folders.rows))
	exit.Exit(code)
}

// must returns a value, or ends the test.
func must[T any](value T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// trained trains a tiny network on data for two steps.
func trained(t testing.TB, config meanflow.Config) *meanflow.Model {
	t.Helper()
	config.Backend = enginetest.PureGo(t)
	if config.Network == nil {
		config.Network = network.MLP{Width: 16, Depth: 2}
	}
	config.Epochs, config.BatchesPerEpoch, config.BatchSize = 1, 2, 64
	return must(meanflow.Train(t.Context(), config))(t)
}

// makeModels writes a model of rows with a class, a condition and a choice of guidance, one of the
// plane without a description, one of images with classes, and one that takes a single step.
func makeModels(t testing.TB) {
	t.Helper()
	folders.once.Do(func() {
		top := must(os.MkdirTemp("", "server"))(t)
		folders.rows, folders.plane = filepath.Join(top, "rows"), filepath.Join(top, "plane")
		folders.images, folders.drift = filepath.Join(top, "images"), filepath.Join(top, "drift")
		save(t, trained(t, meanflow.Config{
			Data: rows(t), Guidance: 1, MaxGuidance: 4,
		}), folders.rows)
		save(t, trained(t, meanflow.Config{Data: datasets.Checkerboard{}}), folders.plane)
		save(t, trained(t, meanflow.Config{
			Data: datasets.Checkerboard{}, Objective: meanflow.Drifting{},
		}), folders.drift)
		save(t, trainedOnImages(t), folders.images)
	})
}

func save(t testing.TB, model interface{ Save(dir string) error }, folder string) {
	t.Helper()
	if err := model.Save(folder); err != nil {
		t.Fatal(err)
	}
}

// rows returns a table of birds.
func rows(t testing.TB) *datasets.Points {
	t.Helper()
	var text strings.Builder
	text.WriteString("mass,island,eggs,species,year\n")
	for i := range 60 {
		fmt.Fprintf(&text, "%v,%s,%d,%s,%d\n", 3000+17.5*float64(i%23),
			[]string{"Biscoe", "Dream"}[i%2], i%3, []string{"Adelie", "Chinstrap", "Gentoo"}[i%7%3],
			2007+i%4)
	}
	path := filepath.Join(t.TempDir(), "rows.csv")
	if err := os.WriteFile(path, []byte(text.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	return must(datasets.Read(path, datasets.ReadOptions{
		Label: "species", Conditions: []string{"year"},
	}))(t)
}

// trainedOnImages returns a model of images of 6 × 4 grey pixels in two classes.
func trainedOnImages(t testing.TB) *latent.Model {
	t.Helper()
	folder := t.TempDir()
	for k, class := range []string{"cats", "dogs"} {
		if err := os.Mkdir(filepath.Join(folder, class), 0o777); err != nil {
			t.Fatal(err)
		}
		for i := range 4 {
			picture := image.NewGray(image.Rect(0, 0, 4, 6))
			picture.SetGray(i, i+k, color.Gray{Y: 255})
			file := must(os.Create(filepath.Join(folder, class, fmt.Sprint(i, ".png"))))(t)
			if err := png.Encode(file, picture); err != nil {
				t.Fatal(err)
			}
			file.Close()
		}
	}
	images := must(datasets.ReadImages(folder, datasets.ImageOptions{}))(t)
	autoencoder := must(latent.Train(t.Context(), latent.Config{
		Data: images, CodeDim: 3, Epochs: 1, BatchesPerEpoch: 1, BatchSize: 8,
		Network: latent.Dense{Widths: []int{8}}, Backend: enginetest.PureGo(t),
	}))(t)
	codes := must(datasets.FromPoints(must(autoencoder.Encode(images.Points()))(t)))(t)
	codes = must(codes.WithClasses(images.Labels(), images.ClassNames()))(t)
	flow := trained(t, meanflow.Config{Data: codes, Guidance: 1})
	return must(latent.New(autoencoder, flow))(t)
}

// newTestServer returns a server of the model in a folder, and its address.
func newTestServer(t testing.TB, folder string, l limits) (*server, string) {
	t.Helper()
	return serverOf(t, must(load(folder))(t), l)
}

// serverOf returns a server of a generator, and its address.
func serverOf(t testing.TB, g *generator, l limits) (*server, string) {
	t.Helper()
	s := must(newServer(g, l, prometheus.NewRegistry(), newLog(io.Discard)))(t)
	web := httptest.NewServer(s.handler)
	t.Cleanup(web.Close)
	return s, web.URL
}

// answer is an answer, read to its end.
type answer struct {
	status  int
	header  http.Header
	content string
}

// get asks with the query of GET /samples.
func get(t testing.TB, url, query string) answer {
	t.Helper()
	return read(must(http.Get(url + "/samples?" + query))(t))
}

// post asks with the body of POST /samples.
func post(t testing.TB, url, body string) answer {
	t.Helper()
	return read(must(http.Post(url+"/samples", "application/json", strings.NewReader(body)))(t))
}

func read(response *http.Response) answer {
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return answer{content: err.Error()}
	}
	return answer{response.StatusCode, response.Header, string(content)}
}
