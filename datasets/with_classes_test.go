package datasets

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
)

// Points and classes are drawn together. The order of the names is kept, the points and their
// classes before stay as they are.
func TestWithClasses(t *testing.T) {
	plain, err := FromPoints([][]float64{{10}, {20}, {30}, {40}})
	if err != nil {
		t.Fatal(err)
	}
	p, err := plain.WithClasses([]int{2, 1, 3, 2}, []string{"zebra", "ant", "cow"})
	if err != nil {
		t.Fatal(err)
	}
	if plain.Classes() != 0 || p.Classes() != 3 ||
		!slices.Equal(p.Schema().Label.Classes, []string{"zebra", "ant", "cow"}) {
		t.Errorf("there are %d and %d classes, named %q", plain.Classes(), p.Classes(),
			p.Schema().Label.Classes)
	}
	if p.Fingerprint() == plain.Fingerprint() {
		t.Error("points with and without classes have the same fingerprint")
	}
	scales, _, err := p.Scale()
	if err != nil {
		t.Fatal(err)
	}
	want := map[float64]int32{10: 2, 20: 1, 30: 3, 40: 2}
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		store := model.NewStore()
		defer store.Finalize()
		drawn, err := model.CallOnceN(engine, store,
			func(scope *model.Scope, g *Graph) []*Node {
				points, classes := p.SampleLabelled(scope, g, 50)
				return []*Node{points, classes}
			})
		if err != nil {
			t.Fatal(err)
		}
		points, classes := drawn[0].Value().([][]float32), drawn[1].Value().([][]int32)
		seen := map[int32]bool{}
		for i := range points {
			x := float64(int(scales[0].ToUser(float64(points[i][0])) + 0.5))
			if want[x] != classes[i][0] {
				t.Fatalf("the point %v has the class %d, want %d", x, classes[i][0], want[x])
			}
			seen[classes[i][0]] = true
		}
		if len(seen) != 3 {
			t.Errorf("50 points have the classes %v, want all three", seen)
		}
	})
}

func TestWithClassesRefuses(t *testing.T) {
	p, err := FromPoints([][]float64{{1}, {2}})
	if err != nil {
		t.Fatal(err)
	}
	many := strings.Split(strings.Repeat("a,", 1000), ",")
	for want, test := range map[string]struct {
		classes []int
		names   []string
	}{
		"there are 1 classes and 2 points": {[]int{1}, []string{"a"}},
		"there are 0 names":                {[]int{1, 1}, nil},
		"classes[1] is 2":                  {[]int{1, 2}, []string{"a"}},
		"classes[0] is 0":                  {[]int{0, 1}, []string{"a"}},
		"1001 names":                       {[]int{1, 1}, many},
		"names[1] is empty":                {[]int{1, 1}, []string{"a", ""}},
		`"a"`:                              {[]int{1, 1}, []string{"a", "a"}},
	} {
		_, err := p.WithClasses(test.classes, test.names)
		check.Error(t, err, want)
	}

	path := filepath.Join(t.TempDir(), "conditions.csv")
	if err := os.WriteFile(path, []byte("x,class\n1,2\n3,4\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	conditioned, err := Read(path, ReadOptions{Conditions: []string{"class"}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = conditioned.WithClasses([]int{1, 1}, []string{"a"})
	check.Error(t, err, `two columns for classes or conditions are called "class"`)
}
