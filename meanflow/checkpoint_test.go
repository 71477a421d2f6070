package meanflow_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/network"
)

// Training writes a checkpoint before the first epoch, every CheckpointEvery epochs and after the
// last epoch. A loaded model generates the samples of the trained one.
func TestCheckpoints(t *testing.T) {
	config := small(nil)
	config.CheckpointDir = filepath.Join(t.TempDir(), "made", "by", "training")
	config.Epochs = 5
	m := train(t, config)
	paths, err := meanflow.Checkpoints(config.CheckpointDir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, path := range paths {
		names = append(names, filepath.Base(path))
	}
	want := []string{"epoch-000000", "epoch-000002", "epoch-000004", "epoch-000005"}
	if !slices.Equal(names, want) {
		t.Errorf("the checkpoints are %v, want %v", names, want)
	}
	loaded, err := meanflow.Load(config.CheckpointDir)
	if err != nil {
		t.Fatal(err)
	}
	if loaded.Epoch() != 5 || loaded.Dim() != 2 || loaded.Objective() != "mean flow" ||
		!loaded.PredictsAverage() {
		t.Errorf("loaded epoch %d, dimension %d, objective %s, average velocities %v",
			loaded.Epoch(), loaded.Dim(), loaded.Objective(), loaded.PredictsAverage())
	}
	if !slices.Equal(concat(sample(t, loaded, 50, 3)), concat(sample(t, m, 50, 3))) {
		t.Error("the loaded model generates other samples than the trained one")
	}
	early, err := meanflow.Load(paths[1])
	if err != nil {
		t.Fatal(err)
	}
	if early.Epoch() != 2 || len(early.Losses()) != 2 {
		t.Errorf("%s has epoch %d and %d losses, want 2 of each",
			paths[1], early.Epoch(), len(early.Losses()))
	}
}

// The weights of a wide network take more than a megabyte, which a file system may return in
// pieces.
func TestCheckpointOfAWideNetwork(t *testing.T) {
	config := small(enginetest.PureGo(t))
	config.Network = network.MLP{Width: 600, Depth: 2}
	config.Epochs, config.CheckpointDir = 1, t.TempDir()
	m := train(t, config)
	options := meanflow.LoadOptions{Backend: config.Backend}
	loaded, err := meanflow.LoadWith(config.CheckpointDir, options)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(concat(sample(t, loaded, 50, 1)), concat(sample(t, m, 50, 1))) {
		t.Error("the loaded model generates other samples than the trained one")
	}
}

func TestLoadRefuses(t *testing.T) {
	engine := enginetest.PureGo(t)
	newTraining := func(t *testing.T, change func(*meanflow.Config)) string {
		config := small(engine)
		config.Epochs, config.CheckpointDir = 1, t.TempDir()
		change(&config)
		train(t, config)
		return config.CheckpointDir
	}
	newest := func(dir, file string) string { return filepath.Join(dir, "epoch-000001", file) }
	for name, test := range map[string]struct {
		change func(c *meanflow.Config)
		damage func(t *testing.T, dir string)
		net    network.Network
		wants  []string
	}{
		"an empty folder": {damage: func(t *testing.T, dir string) {
			for _, epoch := range []string{"epoch-000000", "epoch-000001"} {
				if err := os.RemoveAll(filepath.Join(dir, epoch)); err != nil {
					t.Fatal(err)
				}
			}
		}, wants: []string{"holds no checkpoints"}},
		"no folder": {damage: func(t *testing.T, dir string) {
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
		}, wants: []string{"no such file"}},
		"a description that is no JSON": {damage: func(t *testing.T, dir string) {
			overwrite(t, newest(dir, "meanflow.json"), "epoch 1")
			rewriteChecksums(t, newest(dir, ""))
		}, wants: []string{"meanflow.json", "invalid character"}},
		"a format of the future": {damage: func(t *testing.T, dir string) {
			overwrite(t, newest(dir, "meanflow.json"), `{"format": 99}`)
			rewriteChecksums(t, newest(dir, ""))
		}, wants: []string{"meanflow.json", "format 99"}},
		"another network in the description": {damage: func(t *testing.T, dir string) {
			file := newest(dir, "meanflow.json")
			text := string(read(t, file))
			overwrite(t, file, strings.Replace(text, `"Width": 16`, `"Width": 17`, 1))
			rewriteChecksums(t, newest(dir, ""))
		}, wants: []string{
			"epoch-000001", "does not fit",
			"/network/hidden_0/biases was (Float32)[16], is (Float32)[17]",
		}},
		"weights that are missing": {damage: func(t *testing.T, dir string) {
			files, err := filepath.Glob(newest(dir, "*.bin"))
			if err != nil || len(files) != 1 {
				t.Fatal(files, err)
			}
			if err := os.Truncate(files[0], 100); err != nil {
				t.Fatal(err)
			}
			rewriteChecksums(t, newest(dir, ""))
		}, wants: []string{"epoch-000001", "bytes"}},
		"an own network, not given": {
			change: func(c *meanflow.Config) { c.Network = ownNetwork },
			wants:  []string{"LoadOptions.Network"},
		},
		"an own network, another one": {
			change: func(c *meanflow.Config) { c.Network = ownNetwork },
			net: network.Func(func(scope *model.Scope, in network.Input) *Node {
				return network.MLP{Width: 8, Depth: 2}.Velocity(scope.At("inner"), in)
			}),
			wants: []string{"does not fit", "/network/inner/hidden_1/weights was missing"},
		},
		"an own network for one of the package": {
			net: ownNetwork, wants: []string{"LoadOptions.Network is set"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := newTraining(t, func(c *meanflow.Config) {
				if test.change != nil {
					test.change(c)
				}
			})
			if test.damage != nil {
				test.damage(t, dir)
			}
			_, err := meanflow.LoadWith(dir, meanflow.LoadOptions{Network: test.net})
			check.Error(t, err, test.wants...)
		})
	}
}

// rewriteChecksums writes the checksums of a checkpoint anew, as somebody might after changing a
// file by hand.
func rewriteChecksums(t *testing.T, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "[cm]*"))
	if err != nil {
		t.Fatal(err)
	}
	var sums strings.Builder
	for _, file := range files {
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(read(t, file)), filepath.Base(file))
	}
	overwrite(t, filepath.Join(dir, "SHA256SUMS"), sums.String())
}

// The command sha256sum of the coreutils accepts the checksums of a checkpoint.
func TestChecksumsAreThoseOfTheCommand(t *testing.T) {
	if _, err := exec.LookPath("sha256sum"); err != nil {
		t.Skip("macOS may have no sha256sum")
	}
	config := small(enginetest.PureGo(t))
	config.CheckpointDir = t.TempDir()
	train(t, config)
	command := exec.Command("sha256sum", "--check", "--strict", "SHA256SUMS")
	command.Dir = filepath.Join(config.CheckpointDir, "epoch-000004")
	out, err := command.CombinedOutput()
	if err != nil || strings.Count(string(out), ": OK") != 3 {
		t.Errorf("sha256sum: %v, want three files to be OK\n%s", err, out)
	}
}

// damages are ways to damage a file, by what they do to it.
var damages = map[string]func(path string) error{
	"removed": os.Remove,
	"emptied": func(path string) error { return os.Truncate(path, 0) },
	"cut short": func(path string) error {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		return os.Truncate(path, info.Size()/2)
	},
	"a bit flipped": func(path string) error {
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		content[len(content)/2] ^= 1
		return os.WriteFile(path, content, 0o666)
	},
}

// Load and resuming skip a damaged checkpoint with a warning, and use the newest intact one.
// Resuming renames the damaged one and gives the result of an undamaged training.
func TestDamagedCheckpointIsPassedOver(t *testing.T) {
	config := small(enginetest.PureGo(t))
	whole := train(t, config)
	original := t.TempDir()
	config.CheckpointDir = original
	train(t, config)
	files, err := os.ReadDir(filepath.Join(original, "epoch-000004"))
	if err != nil || len(files) != 4 {
		t.Fatalf("the checkpoint holds %v (error %v), want four files", files, err)
	}
	for name, damage := range damages {
		for _, file := range files {
			t.Run(file.Name()+" "+name, func(t *testing.T) {
				config.CheckpointDir = filepath.Join(t.TempDir(), "copy")
				if err := os.CopyFS(config.CheckpointDir, os.DirFS(original)); err != nil {
					t.Fatal(err)
				}
				newest := filepath.Join(config.CheckpointDir, "epoch-000004")
				if err := damage(filepath.Join(newest, file.Name())); err != nil {
					t.Fatal(err)
				}
				_, err := meanflow.Load(newest)
				check.Error(t, err, newest, "damaged")
				if file.Name() != "SHA256SUMS" {
					check.Error(t, err, file.Name())
				}

				warning := withStandardError(t, func() {
					m, err := meanflow.Load(config.CheckpointDir)
					if err != nil || m.Epoch() != 2 {
						t.Errorf("loaded %v (error %v), want epoch 2", m, err)
					}
				})
				if !strings.Contains(warning, newest) || strings.Count(warning, "\n") != 1 {
					t.Errorf("the warning is %q, want one line with %s", warning, newest)
				}

				config.Resume = true
				warning = withStandardError(t, func() {
					if m := train(t, config); !slices.Equal(m.Losses(), whole.Losses()) {
						t.Errorf("the losses are %v, without damage %v", m.Losses(), whole.Losses())
					}
				})
				const aside = "damaged-epoch-000004"
				if !strings.Contains(warning, aside) {
					t.Errorf("the warning is %q, want it to contain %q", warning, aside)
				}
				if _, err := os.Stat(filepath.Join(config.CheckpointDir, aside)); err != nil {
					t.Error(err)
				}
				if m, err := meanflow.Load(newest); err != nil || m.Epoch() != 4 {
					t.Errorf("loading the rewritten checkpoint: %v (error %v), want epoch 4",
						m, err)
				}
			})
		}
	}
}

// If no checkpoint is intact, the error names each of them and what is wrong with it.
func TestNoCheckpointIsIntact(t *testing.T) {
	config := small(enginetest.PureGo(t))
	config.CheckpointDir, config.Epochs = t.TempDir(), 2
	train(t, config)
	for _, epoch := range []string{"epoch-000000", "epoch-000002"} {
		file := filepath.Join(config.CheckpointDir, epoch, "meanflow.json")
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
	wants := []string{
		"no checkpoint is intact", "epoch-000000", "epoch-000002", "meanflow.json is missing",
	}
	_, err := meanflow.Load(config.CheckpointDir)
	check.Error(t, err, wants...)
	config.Resume = true
	_, err = meanflow.Train(t.Context(), config)
	check.Error(t, err, append(wants, "can't resume")...)
}

func TestMaxCheckpoints(t *testing.T) {
	config := small(enginetest.PureGo(t))
	config.CheckpointDir, config.Epochs = t.TempDir(), 5
	config.CheckpointEvery, config.MaxCheckpoints = 1, 2
	train(t, config)
	entries, err := os.ReadDir(config.CheckpointDir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	if want := []string{".lock", "epoch-000004", "epoch-000005"}; !slices.Equal(names, want) {
		t.Errorf("the folder holds %v, want %v", names, want)
	}
}

// "~" is an ordinary folder's name, although GoMLX expands it to the home folder.
func TestTildeIsAName(t *testing.T) {
	t.Chdir(t.TempDir())
	home := t.TempDir()
	t.Setenv("HOME", home)
	config := small(enginetest.PureGo(t))
	config.CheckpointDir = "~/model"
	train(t, config)
	if m, err := meanflow.Load("~/model"); err != nil || m.Epoch() != 4 {
		t.Errorf("loaded %v (error %v), want epoch 4", m, err)
	}
	if entries, err := os.ReadDir(home); err != nil || len(entries) > 0 {
		t.Errorf("the home folder holds %v (error %v), want nothing", entries, err)
	}
}

// FuzzLoad changes the files of a checkpoint and rewrites their checksums, so that Load reads their
// content. Load must return a model that can be sampled, or an error.
func FuzzLoad(f *testing.F) {
	config := small(enginetest.PureGo(f))
	config.CheckpointDir, config.Epochs = f.TempDir(), 1
	if _, err := meanflow.Train(f.Context(), config); err != nil {
		f.Fatal(err)
	}
	original := filepath.Join(config.CheckpointDir, "epoch-000001")
	variables, err := filepath.Glob(filepath.Join(original, "checkpoint-*"))
	if err != nil || len(variables) != 2 {
		f.Fatal(variables, err)
	}
	f.Add(read(f, filepath.Join(original, "meanflow.json")),
		read(f, variables[1]), read(f, variables[0]))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, description, list, values []byte) {
		overwrite(t, filepath.Join(dir, "meanflow.json"), string(description))
		overwrite(t, filepath.Join(dir, "checkpoint-n0000000.json"), string(list))
		overwrite(t, filepath.Join(dir, "checkpoint-n0000000.bin"), string(values))
		rewriteChecksums(t, dir)
		m, err := meanflow.LoadWith(dir, meanflow.LoadOptions{Backend: config.Backend})
		if (m == nil) == (err == nil) {
			t.Fatalf("got the model %v and the error %v, want exactly one of them", m, err)
		}
		if err == nil {
			if _, err := m.Sample(3, 1, 1); err != nil {
				t.Fatal(err)
			}
		}
	})
}
