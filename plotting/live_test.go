package plotting

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/protocol"
)

func TestLivePauses(t *testing.T) {
	var live Live
	start := time.Unix(0, 0)
	for _, test := range []struct{ took, want time.Duration }{
		{10 * time.Millisecond, 1010 * time.Millisecond}, // At least a second passes in between.
		{time.Second, 10 * time.Second},                  // Drawing takes a tenth of the time.
	} {
		if next := live.after(start, start.Add(test.took)); next.Sub(start) != test.want {
			t.Errorf("after %v, the next picture is due at %v, want %v",
				test.took, next.Sub(start), test.want)
		}
	}
}

// TestLiveWithoutKernel runs in a notebook whose kernel can't be reached. Its errors are this
// package's, and nothing is drawn after Finish. GoNB keeps the error of its connection for good, so
// no other test of this program can send anything to a kernel.
func TestLiveWithoutKernel(t *testing.T) {
	t.Setenv(protocol.GONB_PIPE_ENV, filepath.Join(t.TempDir(), "missing"))
	defer func(before bool) { gonbui.IsNotebook = before }(gonbui.IsNotebook)
	gonbui.IsNotebook = true
	var live Live
	drawn := 0
	update := func() error {
		return live.Update(func() Figure {
			drawn++
			return Scatter("points", normalPoints(1, 10, 1)).Figure()
		})
	}
	finish := func() error {
		return live.Finish(Scatter("points", normalPoints(1, 10, 1)).Figure())
	}
	for name, call := range map[string]func() error{"Update": update, "Finish": finish} {
		live = Live{}
		if err := call(); err == nil || !strings.HasPrefix(err.Error(), "plotting: ") {
			t.Errorf("%s: the error is %v, want one that begins with the package", name, err)
		}
	}
	if drawn != 1 {
		t.Errorf("Update drew %d figures, want 1", drawn)
	}
	live = Live{}
	if err := finish(); err == nil {
		t.Error("no error without a kernel")
	}
	if err := update(); err != nil || drawn != 1 {
		t.Errorf("after Finish, Update drew %d figures, error %v", drawn-1, err)
	}
}
