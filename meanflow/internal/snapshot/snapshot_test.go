package snapshot

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const content = "content.txt"

func open(t *testing.T, path string) *Folder {
	t.Helper()
	folder, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { folder.Close() })
	return folder
}

func write(t *testing.T, folder *Folder, at Position, text string) string {
	t.Helper()
	path, err := folder.Write(at, func(dir string) error {
		return os.WriteFile(filepath.Join(dir, content), []byte(text), 0o666)
	})
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// wantError wants an error with each of these texts. It is here since package check imports GoMLX.
func wantError(t *testing.T, err error, wants ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range wants {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not name %q:\n%v", want, err)
		}
	}
}

// names are those of all that is in a folder.
func names(t *testing.T, folder string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

func TestWriteReadPrune(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "by", "Open")
	folder := open(t, dir)
	for _, at := range []Position{{Epoch: 2}, {Epoch: 10, Batch: 3}, {Epoch: 10},
		{Epoch: 1_000_000}} {
		write(t, folder, at, at.String())
	}
	if err := os.Mkdir(filepath.Join(dir, "epoch-3"), 0o777); err != nil { // No snapshot's name.
		t.Fatal(err)
	}
	paths, err := folder.List()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"epoch-000002", "epoch-000010", "epoch-000010-batch-000003", "epoch-1000000"}
	for i, path := range paths {
		if filepath.Base(path) != want[i] {
			t.Errorf("snapshot %d is %s, want %s", i, path, want[i])
		}
		read, err := Read(path, content)
		if err != nil || string(read.Files[content]) != want[i] || read.Path != path {
			t.Errorf("%s holds %v, %v", path, read, err)
		}
	}
	// With the lock, and epoch-3.
	if err := folder.Prune(0); err != nil || len(names(t, dir)) != 6 {
		t.Errorf("after keeping all: %v, %v", names(t, dir), err)
	}
	if err := folder.Prune(2); err != nil {
		t.Fatal(err)
	}
	if got := names(t, dir); !slices.Equal(got,
		[]string{".lock", "epoch-000010-batch-000003", "epoch-1000000", "epoch-3"}) {
		t.Errorf("after keeping two: %v", got)
	}
}

// What fails in the middle leaves no snapshot's name, and the snapshots before.
func TestFailedWriteLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	folder := open(t, dir)
	write(t, folder, Position{Epoch: 1}, "one")
	full := errors.New("no space left")
	_, err := folder.Write(Position{Epoch: 2}, func(unfinished string) error {
		return errors.Join(os.WriteFile(filepath.Join(unfinished, content), []byte("half"), 0o666),
			full)
	})
	if !errors.Is(err, full) {
		t.Errorf("error %v, want %v", err, full)
	}
	if got := names(t, dir); !slices.Equal(got, []string{".lock", "epoch-000001"}) {
		t.Errorf("the folder holds %v", got)
	}
}

var damages = map[string]func(path string) error{
	"removed": os.Remove,
	"emptied": func(path string) error { return os.Truncate(path, 0) },
	"cut":     func(path string) error { return os.Truncate(path, 3) },
	"changed": func(path string) error {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		text[len(text)/2] ^= 1
		return os.WriteFile(path, text, 0o666)
	},
}

func TestDamageIsFound(t *testing.T) {
	for name, damage := range damages {
		for _, file := range []string{content, checksumFile} {
			t.Run(file+" "+name, func(t *testing.T) {
				folder := open(t, t.TempDir())
				first := write(t, folder, Position{Epoch: 1}, "the first")
				second := write(t, folder, Position{Epoch: 2}, "the second")
				if err := damage(filepath.Join(second, file)); err != nil {
					t.Fatal(err)
				}
				_, err := Read(second, content)
				var damaged *DamagedError
				if !errors.As(err, &damaged) || damaged.Path != second {
					t.Fatalf("error %v, want a DamagedError of %s", err, second)
				}
				paths, err := folder.List()
				if err != nil {
					t.Fatal(err)
				}
				newest, damages, err := Newest(paths, content)
				if err != nil || newest.Path != first || len(damages) != 1 ||
					damages[0].Path != second {
					t.Errorf("newest %v, damaged %v, %v", newest, damages, err)
				}
				aside, err := SetAside(second)
				if err != nil || filepath.Base(aside) != "damaged-epoch-000002" {
					t.Errorf("set aside as %s, %v", aside, err)
				}
				write(t, folder, Position{Epoch: 2}, "the second again")
				if _, err := Read(second, content); err != nil {
					t.Error(err)
				}
				if err := damage(filepath.Join(first, file)); err != nil {
					t.Fatal(err)
				}
				_, _, err = Newest([]string{first, aside}, content)
				wantError(t, err, "no checkpoint is intact", first, aside)
			})
		}
	}
}

func TestChecksumsMustNameTheFile(t *testing.T) {
	folder := open(t, t.TempDir())
	path := write(t, folder, Position{Epoch: 1}, "x")
	_, err := Read(path, "other.txt")
	wantError(t, err, path, "SHA256SUMS", "other.txt")
}

// The second writer is refused, in this process and in another one, and the end of a process
// unlocks.
func TestOneWriter(t *testing.T) {
	const variable = "MEANFLOW_SNAPSHOT_TEST"
	if dir := os.Getenv(variable); dir != "" {
		_, err := Open(dir)
		var locked *LockedError
		fmt.Println("locked:", errors.As(err, &locked) && locked.Folder == dir)
		return
	}
	dir := t.TempDir()
	folder := open(t, dir)
	_, err := Open(dir)
	var locked *LockedError
	if !errors.As(err, &locked) {
		t.Errorf("error %v, want a LockedError", err)
	}
	inAnother := func() string {
		process := exec.Command(os.Args[0], "-test.run=^TestOneWriter$")
		process.Env = append(os.Environ(), variable+"="+dir)
		out, err := process.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return string(out)
	}
	if out := inAnother(); !strings.HasPrefix(out, "locked: true") {
		t.Errorf("another process: %s", out)
	}
	if err := folder.Close(); err != nil {
		t.Fatal(err)
	}
	if out := inAnother(); !strings.HasPrefix(out, "locked: false") {
		t.Errorf("after Close, another process: %s", out)
	}
}

// A process that writes snapshots without end is killed over and over: what has a snapshot's name
// is intact, and none that the process told to be complete is lost.
func TestKills(t *testing.T) {
	const variable = "MEANFLOW_SNAPSHOT_KILL_TEST"
	if dir := os.Getenv(variable); dir != "" {
		folder, err := Open(dir)
		if err != nil {
			fmt.Println(err)
			return
		}
		var last Position
		if paths, err := folder.List(); err == nil && len(paths) > 0 {
			last, _ = parsePosition(filepath.Base(paths[len(paths)-1]))
		}
		for epoch := last.Epoch + 1; ; epoch++ {
			path, err := folder.Write(Position{Epoch: epoch}, func(unfinished string) error {
				return os.WriteFile(filepath.Join(unfinished, content), make([]byte, 1<<16), 0o666)
			})
			fmt.Println(path, err, folder.Prune(3))
		}
	}
	dir := filepath.Join(t.TempDir(), "killed")
	for kill := range 20 {
		process := exec.Command(os.Args[0], "-test.run=^TestKills$")
		process.Env = append(os.Environ(), variable+"="+dir)
		out, err := process.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := process.Start(); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(time.Duration(20+7*kill)*time.Millisecond, func() { process.Process.Kill() })
		lines := strings.Split(strings.TrimSpace(readAll(out)), "\n")
		process.Wait()
		complete, _, _ := strings.Cut(lines[len(lines)-1], " ")
		paths, err := List(dir)
		if err != nil && complete != "" {
			t.Fatal(err)
		}
		for _, path := range paths {
			if _, err := Read(path, content); err != nil {
				t.Errorf("kill %d: %v", kill, err)
			}
		}
		if complete != "" && !slices.Contains(paths, complete) {
			t.Errorf("kill %d: %q was complete, there are %v", kill, complete, paths)
		}
	}
}

// readAll reads to the end, complete lines only.
func readAll(from io.Reader) string {
	text, _ := io.ReadAll(from)
	return string(text[:bytes.LastIndexByte(text, '\n')+1])
}
