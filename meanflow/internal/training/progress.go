package training

import (
	"fmt"
	"io"
	"os"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/mattn/go-isatty"
	"github.com/schollz/progressbar/v3"
)

// progress shows the progress of a training: a bar in a terminal and in a notebook, a line per
// epoch elsewhere. A nil progress shows nothing.
type progress struct {
	out        io.Writer
	epochs     int
	isWeighted bool
	bar        *progressbar.ProgressBar // nil if lines are written.
}

// newProgress returns the progress of a training of the given number of epochs, some of them done.
// If the loss is weighted, the progress also shows the squared error without weights.
func newProgress(out io.Writer, epochs, done int, isWeighted bool) *progress {
	if out == nil {
		return nil
	}
	p := &progress{out: out, epochs: epochs, isWeighted: isWeighted}
	file, isFile := out.(*os.File)
	if isFile && (isatty.IsTerminal(file.Fd()) || gonbui.IsNotebook && file == os.Stdout) {
		p.bar = progressbar.NewOptions(epochs,
			progressbar.OptionSetWriter(out),
			progressbar.OptionSetWidth(24),
			progressbar.OptionSetDescription("training"),
			progressbar.OptionShowElapsedTimeOnFinish())
		// An error of the bar is no reason to stop the training.
		_ = p.bar.Set(done)
	}
	return p
}

// epoch shows the last complete epoch of a state, and its mean squared error.
func (p *progress) epoch(s State, meanError float64) {
	if p == nil {
		return
	}
	text := fmt.Sprintf("Epoch [%d/%d], Avg Loss: %.4f", s.Epoch, p.epochs, s.Losses[s.Epoch-1])
	if p.isWeighted {
		text += fmt.Sprintf(", Squared Error: %.4f", meanError)
	}
	if s.Skipped > 0 {
		text += fmt.Sprintf(", batches left out: %d", s.Skipped)
	}
	if p.bar == nil {
		fmt.Fprintln(p.out, text)
		return
	}
	p.bar.Describe(text)
	_ = p.bar.Set(s.Epoch)
}

// checkpoint shows the path of a new checkpoint, unless there is a bar.
func (p *progress) checkpoint(path string) {
	if p != nil && p.bar == nil {
		fmt.Fprintln(p.out, "Checkpoint:", path)
	}
}

// end moves to the line after the bar.
func (p *progress) end() {
	if p != nil && p.bar != nil {
		fmt.Fprintln(p.out)
	}
}
