package training

import (
	"fmt"
	"io"
	"os"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/mattn/go-isatty"
	"github.com/schollz/progressbar/v3"
)

// progress shows how far a training is: by a bar in a terminal and in a notebook, by a line an
// epoch elsewhere. A nil progress shows nothing.
type progress struct {
	out        io.Writer
	epochs     int
	isWeighted bool
	bar        *progressbar.ProgressBar // nil where lines are written.
}

// newProgress is for a training of so many epochs, of which some are done already. Where the loss
// is weighted, the error without weights is shown too.
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
		// What can't be shown need not stop the training.
		_ = p.bar.Set(done)
	}
	return p
}

// epoch shows the last of the epochs that are complete, and its mean squared error.
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

func (p *progress) checkpoint(path string) {
	if p != nil && p.bar == nil {
		fmt.Fprintln(p.out, "Checkpoint:", path)
	}
}

// end leaves the line of the bar.
func (p *progress) end() {
	if p != nil && p.bar != nil {
		fmt.Fprintln(p.out)
	}
}
