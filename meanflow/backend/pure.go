package backend

import (
	"os"
	"strings"
	"sync"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/gobackend"
)

const pureGoName = gobackend.BackendName

// The pure-Go engine prints a line to standard output when its parallelism is set.
var quietStdout sync.Mutex

// newPureGo opens GoMLX's pure-Go engine. Unless the options say otherwise, operations start a
// goroutine instead of waiting for a worker of the pool: with the pool's default of two workers a
// core every worker can end up waiting for another one, and the computation never ends.
func newPureGo(options string) (compute.Backend, error) {
	if !strings.Contains(options, "parallelism=") {
		options = strings.TrimPrefix(options+",parallelism=-1", ",")
	}
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	defer null.Close()
	quietStdout.Lock()
	defer quietStdout.Unlock()
	stdout := os.Stdout
	os.Stdout = null
	defer func() { os.Stdout = stdout }()
	return gobackend.New(options)
}

// IsPureGo says whether an engine is GoMLX's in pure Go.
func IsPureGo(engine compute.Backend) bool {
	return engine.String() == pureGoName
}
