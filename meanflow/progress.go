package meanflow

import (
	"fmt"
	"io"
	"os"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/mattn/go-isatty"
	"github.com/schollz/progressbar/v3"
)

// progress shows how far a training is: by a bar in a terminal and in a notebook, by a line an epoch
// elsewhere.
type progress struct {
	out    io.Writer
	epochs int
	bar    *progressbar.ProgressBar // nil where lines are written.
}

// newProgress is for a training of so many epochs, of which some are done already.
func newProgress(out io.Writer, epochs, done int) *progress {
	if out == nil {
		out = os.Stdout
	}
	p := &progress{out: out, epochs: epochs}
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

func (p *progress) epoch(epoch int, loss float64, skipped int) {
	text := fmt.Sprintf("Epoch [%d/%d], Avg Loss: %.4f", epoch, p.epochs, loss)
	if skipped > 0 {
		text += fmt.Sprintf(", batches left out: %d", skipped)
	}
	if p.bar == nil {
		fmt.Fprintln(p.out, text)
		return
	}
	p.bar.Describe(text)
	_ = p.bar.Set(epoch)
}

func (p *progress) checkpoint(path string) {
	if p.bar == nil {
		fmt.Fprintln(p.out, "Checkpoint:", path)
	}
}

// end leaves the line of the bar.
func (p *progress) end() {
	if p.bar != nil {
		fmt.Fprintln(p.out)
	}
}

// warn tells what is wrong but stops nothing, to whoever is there, whatever the progress is written to.
func warn(format string, values ...any) {
	fmt.Fprintf(os.Stderr, "meanflow: "+format+"\n", values...)
}
