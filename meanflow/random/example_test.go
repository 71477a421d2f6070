package random_test

import (
	"fmt"
	"log"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/backend"
	"github.com/meanflow-go/meanflow/meanflow/random"
)

// A batch of times in [0, 1) is what a training step of flow matching draws.
func Example() {
	engine, err := backend.Default()
	if err != nil {
		log.Fatal(err)
	}
	store := model.NewStore()
	if err := store.SetRNGStateFromSeed(1); err != nil {
		log.Fatal(err)
	}
	draw, err := model.NewExec(engine, store, func(scope *model.Scope, g *Graph) *Node {
		return random.Uniform(scope, g, 2048, 1)
	})
	if err != nil {
		log.Fatal(err)
	}
	times, err := draw.Call1()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(times.Shape())
	// Output: (Float32)[2048, 1]
}
