package notebooks

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Every formula of the notebooks becomes MathML, and a page loads nothing.
func TestPagesNeedNoNetwork(t *testing.T) {
	needsKernel(t) // And the set-up's configuration.
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	notebooks, err := filepath.Glob(filepath.Join(root, "notebooks/*.ipynb"))
	if err != nil || len(notebooks) == 0 {
		t.Fatal(notebooks, err)
	}
	folder := t.TempDir()
	arguments := append(
		[]string{"-m", "nbconvert", "--to", "html", "--output-dir", folder}, notebooks...)
	python := filepath.Join(root, ".local/venv/bin/python")
	command := exec.CommandContext(t.Context(), python, arguments...)
	command.Env = append(os.Environ(),
		"JUPYTER_CONFIG_DIR="+filepath.Join(root, ".local/jupyter/config"))
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, notebook := range notebooks {
		name := strings.TrimSuffix(filepath.Base(notebook), ".ipynb")
		page := contentOf(t, filepath.Join(folder, name+".html"))
		if !strings.Contains(page, "<title>") || strings.Contains(page, "<title>"+name) {
			t.Errorf("%s: the title is not the heading", name)
		}
		if name == "mean_flow" && !strings.Contains(page, "<math") {
			t.Errorf("%s has no formulas", name)
		}
		for _, wrong := range []string{`<code class="tex">`, "<script src=", "<link ", "MathJax"} {
			if strings.Contains(page, wrong) {
				t.Errorf("%s: there is %s in the page", name, wrong)
			}
		}
	}
}
