package session

import (
	"os"
	"io/fs"
	"path/filepath"

	"github.com/meanflow-go/meanflow/datasets"
)

func readFS(f fs.FS, name string, o datasets.ReadOptions) (*datasets.Points, error) {
	b, _ := fs.ReadFile(f, name)
	d, _ := os.MkdirTemp("", "x")
	p := filepath.Join(d, name)
	os.WriteFile(p, b, 0o666)
	return datasets.Read(p, o)
}
