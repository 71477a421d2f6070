//go:build !cgo || noxla || !((linux && (amd64 || arm64)) || (darwin && arm64) || (windows && amd64))

package backend

import "testing"

func TestWithoutXLA(t *testing.T) {
	expect(t, []string{"error: ", `GOMLX_BACKEND="xla"`, "without XLA"}, nil, "GOMLX_BACKEND=xla")
	expect(t, []string{pureGoWorks}, []string{"pure Go", "without XLA", "noxla"})
}

func setInstallation() {}
