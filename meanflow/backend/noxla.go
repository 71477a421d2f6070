//go:build !cgo || noxla || !((linux && (amd64 || arm64)) || (darwin && arm64) || (windows && amd64))

package backend

import (
	"errors"

	"github.com/gomlx/compute"
)

var (
	xlaNames    = []string{"xla", "stablehlo", "hlo", "shlo"}
	howToGetXLA = "build with cgo (a C compiler) and without the tag noxla, " +
		"on a platform for which GoMLX has XLA"
	errNoXLA = errors.New("this program was built without XLA")
)

func findXLA(int) (compute.Backend, error) { return nil, errNoXLA }

func newXLA(string, int) (compute.Backend, error) { return nil, errNoXLA }
