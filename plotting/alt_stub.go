package plotting

import (
	"fmt"
	"math"
)

// AltText is a stub until the other branch is merged.
func (f Figure) AltText() string {
	if len(f.rows) == 0 || len(f.rows[0]) == 0 {
		return "figure"
	}
	return fmt.Sprintf("%d panels, the first is %q", f.panelCount(), f.rows[0][0].title)
}

// cssSize is a stub until the other branch is merged.
func (f Figure) cssSize() (width, height int, err error) {
	w, h, err := f.size(f.dpi())
	return int(math.Round(w.Dots(96))), int(math.Round(h.Dots(96))), err
}
