package backend_test

import (
	"fmt"
	"log"

	. "github.com/gomlx/gomlx/core/graph"

	"github.com/meanflow-go/meanflow/meanflow/backend"
)

func Example() {
	engine, err := backend.Default()
	if err != nil {
		log.Fatal(err)
	}
	sum, err := ExecOnce(engine, func(x, y *Node) *Node { return Add(x, y) }, 1.5, 2.0)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(sum.Value())
	// Output: 3.5
}
