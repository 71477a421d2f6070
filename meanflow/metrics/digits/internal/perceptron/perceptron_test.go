package perceptron

import (
	"encoding/binary"
	"math"
	"slices"
	"testing"

	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
)

// encoded returns weights that are all 0, except those that a test sets by their index in the file.
func encoded(values map[int]float32) []byte {
	weights := make([]byte, 4*(784*256+256+256*128+128+128*10+10))
	for i, value := range values {
		binary.LittleEndian.PutUint32(weights[4*i:], math.Float32bits(value))
	}
	return weights
}

// Weights that are 0 but for one way through the network: h = max(2·pixel 5 - 0.5, 0) in unit 3,
// feature 7 = max(3h + 0.25, 0), logit 4 = 10·feature and logit 6 = 1.
func TestApply(t *testing.T) {
	second, third := 784*256+256, 784*256+256+256*128+128
	weights := encoded(map[int]float32{
		5*256 + 3:               2,
		784*256 + 3:             -0.5,
		second + 3*128 + 7:      3,
		second + 256*128 + 7:    0.25,
		third + 7*Classes + 4:   10,
		third + 128*Classes + 6: 1,
	})
	network, err := New(enginetest.PureGo(t), weights)
	if err != nil {
		t.Fatal(err)
	}
	images := make([][]float64, chunk+3) // More than go to the engine at a time.
	for i := range images {
		images[i] = make([]float64, Pixels)
	}
	images[chunk+1][5] = -1
	images[chunk+2][5] = 1
	weak := slices.Clone(weights)
	binary.LittleEndian.PutUint32(weak[4*(second+256*128+7):], math.Float32bits(0.05))
	features, classes, err := network.Apply(images)
	if err != nil {
		t.Fatal(err)
	}
	check.Close(t, "feature 7",
		[]float64{features[0][7], features[chunk+1][7], features[chunk+2][7]},
		[]float64{0.25, 0.25, 3*1.5 + 0.25}, 1e-6)
	if len(classes) != chunk+3 || classes[0] != 5 || classes[chunk+2] != 5 {
		t.Errorf("%d classes, the first is %d and the last %d; want %d, 5 and 5",
			len(classes), classes[0], classes[chunk+2], chunk+3)
	}
	if network, err = New(enginetest.PureGo(t), weak); err != nil {
		t.Fatal(err)
	}
	if _, classes, err = network.Apply(images[chunk+1:]); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(classes, []int{7, 5}) {
		t.Errorf("the classes are %v, want 7, where the logits are 0.5 and 1, and 5", classes)
	}
}

// Encode returns what New reads.
func TestEncode(t *testing.T) {
	const third = 784*256 + 256 + 256*128 + 128
	want := encoded(map[int]float32{0: 1, 784*256 + 255: 2, third + 1289: 3})
	scope := model.NewStore().RootScope()
	if err := decode(scope, want); err != nil {
		t.Fatal(err)
	}
	got, err := Encode(scope)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, want) {
		t.Error("the weights differ from those that were read")
	}
}

func TestNewRefuses(t *testing.T) {
	nan := map[int]float32{1: float32(math.NaN())}
	for want, weights := range map[string][]byte{
		"the weights have 940580 bytes, they must have 940584": encoded(nil)[4:],
		"number 1 of /layer_0/weights is NaN":                  encoded(nan),
	} {
		_, err := New(enginetest.PureGo(t), weights)
		check.Error(t, err, want)
	}
}
