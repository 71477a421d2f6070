//go:build unix

package snapshot

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/gofrs/flock"
)

// Where the file system has no locks, Open warns. A lock that fails otherwise is an error.
func TestLocksAreUnsupported(t *testing.T) {
	before := tryLock
	t.Cleanup(func() { tryLock = before })
	for _, failure := range append(unsupported, syscall.ENOLCK) {
		tryLock = func(*flock.Flock) (bool, error) { return false, failure }
		var said warnings
		dir := t.TempDir()
		folder, err := Open(dir, said.warn)
		if err != nil {
			t.Errorf("%v: %v", failure, err)
			continue
		}
		write(t, folder, Position{Epoch: 1}, "x")
		if err := folder.Close(); err != nil {
			t.Error(err)
		}
		want := warnings{fmt.Sprintf("%s can't be locked (%v): two trainings in this folder would "+
			"not notice each other", dir, failure)}
		if !slices.Equal(said, want) {
			t.Errorf("the warnings are %q, want %q", said, want)
		}
	}
	tryLock = func(*flock.Flock) (bool, error) { return false, syscall.EIO }
	dir := t.TempDir()
	_, err := Open(dir, t.Errorf)
	wantError(t, err, "locking "+dir, "input/output error")
}

// A folder that another process has locked is locked on every path, until the process is killed.
func TestLockOfAKilledProcess(t *testing.T) {
	const variable = "MEANFLOW_LOCK_TEST"
	if dir := os.Getenv(variable); dir != "" {
		open(t, dir)
		fmt.Println("locked")
		time.Sleep(time.Minute)
	}
	dir := t.TempDir()
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	process := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestLockOfAKilledProcess$")
	process.Env = append(os.Environ(), variable+"="+dir)
	out, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "locked\n" {
		t.Fatalf("the process printed %q (error %v), want that it has locked the folder", line, err)
	}
	for _, path := range []string{dir, link} {
		_, err := Open(path, t.Errorf)
		var locked *LockedError
		if !errors.As(err, &locked) || locked.Folder != path {
			t.Errorf("opening %s gave the error %v, want a LockedError", path, err)
		}
	}
	if err := process.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	process.Wait()
	open(t, link)
}
