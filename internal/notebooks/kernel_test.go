package notebooks

import (
	"strings"
	"testing"
	"time"
)

// A cell that uses what the cells above declare, run first after a restart of the kernel.
const lateCell = `%%
model := must.M1(trainMeanFlow(size, folder))
must.M(plotting.Scatter("samples", must.M1(model.Sample(1000, 1, 1))).Figure().Display())`

// Without a network. GoNB alone waits for one before it compiles each cell.
func TestLateCellSaysWhatToDo(t *testing.T) {
	needsKernel(t)
	t.Setenv("GOPROXY", "http://192.0.2.1") // An address that nobody has (RFC 5737).
	start := time.Now()
	printed := python(t, "go", "cells.py", emptyFolder(t), lateCell)
	if took := time.Since(start); took > time.Minute {
		t.Errorf("the cell took %v", took)
	}
	for _, want := range []string{
		"undefined: trainMeanFlow", "choose Run ▸ Run All Above Selected Cell.",
	} {
		if !strings.Contains(printed, want) {
			t.Errorf("the cell shows %q, want %q in it", printed, want)
		}
	}
}

func TestMissingPackageSaysWhatToDo(t *testing.T) {
	needsKernel(t)
	t.Setenv("GOPROXY", "off")
	printed := python(t, "go", "cells.py", emptyFolder(t),
		"import \"example.com/missing\"\n%%\nmissing.Call()")
	if want := "put the line !*go get and its name"; !strings.Contains(printed, want) {
		t.Errorf("the cell shows %q, want %q in it", printed, want)
	}
}

// In a kernel outside the checkout, whatever the environment says about modules, cells find the
// module.
func TestKernelInAnyFolder(t *testing.T) {
	needsKernel(t)
	for name, value := range map[string]string{
		"GOWORK": "off", "GO111MODULE": "off", "GOFLAGS": "-mod=mod", "GOPROXY": "off",
		"PATH": "/usr/bin:/bin", // Without Go, as where a desktop's icon starts Jupyter.
	} {
		t.Setenv(name, value)
	}
	printed := python(t, "go", "cells.py", t.TempDir(),
		"%%\nfmt.Println(len(must.M1(datasets.Draw(datasets.Checkerboard{}, 7, 1))), \"points\")")
	if !strings.Contains(printed, "7 points") {
		t.Errorf("the cell shows %q", printed)
	}
}
