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

// content is the name of the only file of the snapshots in these tests.
const content = "content.txt"

func open(t *testing.T, path string) *Folder {
	t.Helper()
	folder, err := Open(path, t.Errorf)
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

// names returns the names of everything in a folder.
func names(t *testing.T, folder string) (found []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		found = append(found, entry.Name())
	}
	return found
}

func TestWriteReadPrune(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "by", "Open")
	folder := open(t, dir)
	for _, at := range []Position{
		{Epoch: 2}, {Epoch: 10, Batch: 3}, {Epoch: 10}, {Epoch: 1_000_000},
	} {
		write(t, folder, at, at.String())
	}
	if err := os.Mkdir(filepath.Join(dir, "epoch-3"), 0o777); err != nil { // Not a snapshot's name.
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
			t.Errorf("%s was read as %v (error %v), want the content %q", path, read, err, want[i])
		}
	}
	// The folder holds four snapshots, the lock and epoch-3.
	if err := folder.Prune(0); err != nil || len(names(t, dir)) != 6 {
		t.Errorf("after Prune(0) the folder holds %v (error %v), want everything",
			names(t, dir), err)
	}
	if err := folder.Prune(2); err != nil {
		t.Fatal(err)
	}
	want = []string{".lock", "epoch-000010-batch-000003", "epoch-1000000", "epoch-3"}
	if got := names(t, dir); !slices.Equal(got, want) {
		t.Errorf("after Prune(2) the folder holds %v, want %v", got, want)
	}
}

// A write that fails leaves no folder with the snapshot's name, and keeps the earlier snapshots.
func TestFailedWriteLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	folder := open(t, dir)
	write(t, folder, Position{Epoch: 1}, "one")
	full := errors.New("no space left")
	_, err := folder.Write(Position{Epoch: 2}, func(unfinished string) error {
		err := os.WriteFile(filepath.Join(unfinished, content), []byte("half"), 0o666)
		return errors.Join(err, full)
	})
	if !errors.Is(err, full) {
		t.Errorf("got the error %v, want %v", err, full)
	}
	if got := names(t, dir); !slices.Equal(got, []string{".lock", "epoch-000001"}) {
		t.Errorf("the folder holds %v, want the lock and the first snapshot", got)
	}
}

// damages are ways to damage a file, by what they do to it.
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

// Read and Newest detect any damage of a snapshot. SetAside makes room for a new one.
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
					t.Fatalf("got the error %v, want a DamagedError of %s", err, second)
				}
				paths, err := folder.List()
				if err != nil {
					t.Fatal(err)
				}
				newest, skipped, err := Newest(paths, content)
				if err != nil || newest.Path != first ||
					len(skipped) != 1 || skipped[0].Path != second {
					t.Errorf("the newest intact snapshot is %v, %v are damaged (error %v)",
						newest, skipped, err)
				}
				aside, err := SetAside(second)
				if err != nil || filepath.Base(aside) != "damaged-epoch-000002" {
					t.Errorf("the damaged snapshot is now %s (error %v)", aside, err)
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

// Open refuses a locked folder, in this process and in another one. Close unlocks the folder.
func TestOneWriter(t *testing.T) {
	const variable = "MEANFLOW_SNAPSHOT_TEST"
	if dir := os.Getenv(variable); dir != "" {
		_, err := Open(dir, t.Errorf)
		var locked *LockedError
		fmt.Println("locked:", errors.As(err, &locked) && locked.Folder == dir)
		return
	}
	dir := t.TempDir()
	folder := open(t, dir)
	_, err := Open(dir, t.Errorf)
	var locked *LockedError
	if !errors.As(err, &locked) {
		t.Errorf("got the error %v, want a LockedError", err)
	}
	openInAnotherProcess := func() string {
		process := exec.Command(os.Args[0], "-test.run=^TestOneWriter$")
		process.Env = append(os.Environ(), variable+"="+dir)
		out, err := process.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return string(out)
	}
	if out := openInAnotherProcess(); !strings.HasPrefix(out, "locked: true") {
		t.Errorf("another process printed %q, want that the folder is locked", out)
	}
	if err := folder.Close(); err != nil {
		t.Fatal(err)
	}
	if out := openInAnotherProcess(); !strings.HasPrefix(out, "locked: false") {
		t.Errorf("after Close another process printed %q, want that the folder is free", out)
	}
}

// A child process that writes snapshots without end is killed repeatedly. Every folder with a
// snapshot's name must be intact, and the last snapshot that the process reported must exist.
func TestKills(t *testing.T) {
	const variable = "MEANFLOW_SNAPSHOT_KILL_TEST"
	if dir := os.Getenv(variable); dir != "" {
		folder, err := Open(dir, t.Errorf)
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
		delay := time.Duration(20+7*kill) * time.Millisecond
		time.AfterFunc(delay, func() { process.Process.Kill() })
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
			t.Errorf("kill %d: %q was complete, but the snapshots are %v", kill, complete, paths)
		}
	}
}

// readAll reads to the end and returns the complete lines.
func readAll(from io.Reader) string {
	text, _ := io.ReadAll(from)
	return string(text[:bytes.LastIndexByte(text, '\n')+1])
}

// wantError fails the test unless the error contains each of these texts. Package check has the
// same, and imports GoMLX.
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

// If the new folder can't take the path's name, the old one stays.
func TestSaveKeepsTheOldFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model")
	write := func(text string) func(folder string) error {
		return func(folder string) error {
			return os.WriteFile(filepath.Join(folder, "file"), []byte(text), 0o666)
		}
	}
	if err := Save(path, t.Errorf, write("old")); err != nil {
		t.Fatal(err)
	}
	err := replace(path, t.Errorf, func(folder string) error { return os.Remove(folder) })
	if err == nil {
		t.Error("a folder that is gone was saved")
	}
	read, err := Read(path, "file")
	if err != nil || string(read.Files["file"]) != "old" {
		t.Errorf("the old folder is %v (error %v), want it unchanged", read, err)
	}
}
