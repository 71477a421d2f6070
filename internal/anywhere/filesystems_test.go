//go:build linux

package anywhere_test

import (
	"os"
	"strconv"
	"strings"
	"testing"
)

const (
	fine    = "trained: model true, locked false, error <nil>"
	atOnce  = "trained: model false, locked false, error meanflow: Train: Config.CheckpointDir: "
	atEnd   = "trained: model true, locked false, error meanflow: Train: epoch 5: the last "
	loaded  = "loaded: model true, damaged false, error <nil>"
	goesOn  = "; the training goes on"
	noFlush = " can't be flushed to the disk ("
	noLocks = " can't be locked ("
)

// expectation says what the wanted texts say.
func expectation(wants []string) string {
	switch wants[0] {
	case fine:
		return "warns once, trains to the end"
	case atOnce:
		return "refused at once"
	}
	return "trains to the end, then an error"
}

// System calls fail as they do on network file systems, on Windows and in containers.
func TestSystemCallsThatFail(t *testing.T) {
	hostile(t)
	for _, test := range []struct {
		fault       string
		in          string // The name in the folder at which the calls fail, empty for everywhere.
		wants       []string
		checkpoints int
	}{
		{"fsync:error=EINVAL", "", []string{fine, noFlush + "invalid argument)"}, 6},
		{"fsync:error=ENOSYS", "", []string{fine, noFlush + "function not implemented)"}, 6},
		{"fsync:error=EOPNOTSUPP", "", []string{fine, noFlush + "operation not supported)"}, 6},
		{"fsync:error=EINVAL", ".", []string{fine, noFlush + "invalid argument)"}, 6},
		{"fsync:error=EIO", "", []string{atOnce, "input/output error"}, 0},
		{"fsync:error=ENOSPC", "", []string{atOnce, "no space left on device"}, 0},
		{"fsync:error=EDQUOT", "", []string{atOnce, "disk quota exceeded"}, 0},

		{"flock:error=ENOLCK", "", []string{fine, noLocks + "no locks available)"}, 6},
		{"flock:error=ENOSYS", "", []string{fine, noLocks + "function not implemented)"}, 6},
		{"flock:error=EOPNOTSUPP", "", []string{fine, noLocks + "operation not supported)"}, 6},
		{"flock:error=EINVAL", "", []string{fine, noLocks + "invalid argument)"}, 6},
		{"flock:error=EACCES", "", []string{atOnce, "permission denied"}, 0},

		{"%rename:error=EXDEV", "", []string{atOnce, "invalid cross-device link"}, 0},
		{"%rename:error=EXDEV", "epoch-000002", []string{fine, "epoch 2: no check", goesOn}, 5},
		{"%rename:error=EBUSY", "epoch-000002", []string{fine, "epoch 2: no check", goesOn}, 5},
		{"%rename:error=EACCES", "epoch-000002", []string{fine, "epoch 2: no check", goesOn}, 5},
		{"%rename:error=EDQUOT", "epoch-000005", []string{
			atEnd, "disk quota exceeded; the last checkpoint is ", "epoch-000004",
		}, 5},
	} {
		in(t, strings.TrimSpace(test.fault+" "+test.in), func(t *testing.T) {
			p := newPlace(t, expectation(test.wants))
			dir := p.path("training")
			var paths []string
			if test.in != "" {
				paths = []string{strings.TrimSuffix(dir+"/"+test.in, "/.")}
			}
			fault := strings.Replace(test.fault, "%rename", "rename,renameat,renameat2", 1)
			wantOutput(t, p.does(t, task{Train: dir}, injecting(fault, paths...)...), test.wants...)
			wantIntact(t, dir, test.checkpoints)
		})
	}
}

// A folder can't be written into, from the beginning or from the second epoch on.
func TestFoldersThatCanNotBeWritten(t *testing.T) {
	hostile(t)
	in(t, "read-only", func(t *testing.T) {
		p := newPlace(t, "refused at once")
		dir := p.mount(t, "training", "-t", "tmpfs", "tmpfs")
		run(t, "mount", "-o", "remount,ro", dir)
		wantOutput(t, p.does(t, task{Train: dir}), atOnce+dir+" must be a folder to write into",
			"read-only file system")
		wantIntact(t, dir, 0)
	})
	in(t, "read-only when resumed", func(t *testing.T) {
		p := newPlace(t, "refused at once, the checkpoints load")
		dir := p.path("training")
		wantOutput(t, p.does(t, task{Train: dir}), fine)
		readOnly := p.mount(t, "read-only", "--bind", dir)
		run(t, "mount", "-o", "remount,bind,ro", readOnly)
		wantOutput(t, p.does(t, task{Train: readOnly, Resume: true, Epochs: 9}), atOnce,
			"read-only file system")
		wantOutput(t, p.does(t, task{Train: readOnly, Resume: true}), fine) // Nothing is left.
		wantOutput(t, p.does(t, task{Load: []string{readOnly}, Save: readOnly + "/model"}), loaded,
			"saved: error meanflow: Save: ", "read-only file system")
		wantIntact(t, dir, 6)
	})
	in(t, "read-only during the training", func(t *testing.T) {
		p := newPlace(t, "warns, trains to the end, then an error")
		dir := p.mount(t, "training", "-t", "tmpfs", "tmpfs")
		wantOutput(t, p.does(t, task{Train: dir, Commands: map[int]string{
			2: "mount -o remount,ro " + dir,
		}}), "epoch 3: no checkpoint", "epoch 4: no checkpoint", atEnd)
		wantIntact(t, dir, 3)
	})
	in(t, "unmounted during the training", func(t *testing.T) {
		p := newPlace(t, "warns, trains to the end, then an error")
		dir := p.mount(t, "training", "-t", "tmpfs", "tmpfs")
		out := p.does(t, task{Train: dir, Commands: map[int]string{2: "umount --lazy " + dir}})
		wantOutput(t, out, "epoch 3: no checkpoint", "epoch 4: no checkpoint",
			atEnd+"checkpoint could not be written: "+dir+" is no longer the folder")
		if entries, err := os.ReadDir(dir); len(entries) > 0 || err != nil {
			t.Errorf("the mount point has %v (error %v), want nothing", entries, err)
		}
	})
	in(t, "full", func(t *testing.T) {
		p := newPlace(t, "warns, trains to the end")
		dir := p.mount(t, "training", "-t", "tmpfs", "-o", "size=256k", "tmpfs")
		out := p.does(t, task{Train: dir, Epochs: 40})
		wantOutput(t, out, "epoch 39: no checkpoint", "epoch 40: the last checkpoint",
			"trained: model true")
		wantIntact(t, dir, 40-strings.Count(out, goesOn))
	})
	in(t, "full for a while", func(t *testing.T) {
		p := newPlace(t, "warns once, trains to the end")
		dir := p.mount(t, "disk", "-t", "tmpfs", "-o", "size=256k", "tmpfs")
		wantOutput(t, p.does(t, task{Train: dir + "/training", Commands: map[int]string{
			2: "dd if=/dev/zero of=" + dir + "/filler 2>/dev/null || true",
			3: "rm " + dir + "/filler",
		}}), fine, "epoch 3: no checkpoint could be written: ", "no space left", goesOn)
		wantIntact(t, dir+"/training", 5)
	})
	in(t, "full when saving", func(t *testing.T) {
		p := newPlace(t, "an error; the old model stays")
		disk := p.mount(t, "disk", "-t", "tmpfs", "-o", "size=32k", "tmpfs")
		training, model := p.path("training"), disk+"/model"
		wantOutput(t, p.does(t, task{Train: training, Save: model}), fine, "saved: error <nil>")
		run(t, "sh", "-c", "dd if=/dev/zero of="+disk+"/filler 2>/dev/null || true")
		wantOutput(t, p.does(t, task{Load: []string{model}, Save: model}), loaded,
			"saved: error meanflow: Save: ", "no space left")
		wantOutput(t, p.does(t, task{Load: []string{model}}), loaded)
	})
	in(t, "a folder of the name, as where case does not matter", func(t *testing.T) {
		p := newPlace(t, "warns once; the folder stays")
		dir := p.path("training")
		wantOutput(t, p.does(t, task{Train: dir, Commands: map[int]string{
			2: "mkdir -p " + dir + "/epoch-000003/photographs",
		}}), fine, "epoch 3: no checkpoint could be written: ", goesOn)
		if _, err := os.Stat(dir + "/epoch-000003/photographs"); err != nil {
			t.Error(err)
		}
	})
	in(t, "a name that is too long", func(t *testing.T) {
		p := newPlace(t, "refused at once")
		dir := p.path(strings.Repeat("n", 256))
		wantOutput(t, p.does(t, task{Train: dir}), atOnce+"mkdir "+dir+": file name too long")
	})
	in(t, "checkpoints in a lower layer of an image", func(t *testing.T) {
		p := newPlace(t, "warns, trains to the end")
		p.mount(t, "image", "-t", "tmpfs", "tmpfs")
		wantOutput(t, p.does(t, task{Train: p.path("image/lower")}), fine)
		run(t, "mkdir", p.path("image/upper"), p.path("image/work"))
		layers := "lowerdir=" + p.path("image/lower") + ",upperdir=" + p.path("image/upper") +
			",workdir=" + p.path("image/work")
		dir := p.mount(t, "training", "-t", "overlay", "overlay", "-o", layers)
		out := p.does(t, task{Train: dir, Resume: true, Epochs: 9, Keep: 2})
		wantOutput(t, out, fine)
		if strings.Count(out, "older checkpoints could not be removed") != 4 {
			t.Error("not each of the four new checkpoints warns that older ones remain")
		}
		wantIntact(t, dir, 6+2)
	})
}

// Files belong to other users, or have few permissions.
func TestPermissions(t *testing.T) {
	hostile(t)
	in(t, "another user's folder", func(t *testing.T) {
		p := newPlace(t, "loads; refused to train")
		dir := p.path("training")
		wantOutput(t, p.does(t, task{Train: dir}), fine)
		wantOutput(t, p.does(t, task{Load: []string{dir}}, as("65533")...), loaded)
		wantOutput(t, p.does(t, task{Train: dir, Resume: true, Epochs: 9}, as("65533")...), atOnce,
			"permission denied")
		wantOutput(t, p.does(t, task{Train: dir + "/new"}, as("65533")...),
			atOnce+"mkdir "+dir+"/new: permission denied")
		out := p.does(t, task{Load: []string{dir}, Save: dir + "/model"}, as("65533")...)
		wantOutput(t, out, loaded, "saved: error meanflow: Save: ", "permission denied")
		wantIntact(t, dir, 6)
	})
	in(t, "a folder that two users share", func(t *testing.T) {
		p := newPlace(t, "trains")
		dir := p.path("training")
		run(t, "mkdir", "-m", "777", dir)
		wantOutput(t, p.does(t, task{Train: dir}, as("65532")...), fine)
		wantOutput(t, p.does(t, task{Train: dir, Resume: true, Epochs: 9}, as("65533")...), fine)
		wantIntact(t, dir, 10)
	})
	in(t, "checkpoints that can't be read", func(t *testing.T) {
		p := newPlace(t, "an error that names the file")
		dir := p.path("training")
		run(t, "mkdir", "-m", "777", dir)
		wantOutput(t, p.does(t, task{Train: dir, Umask: 0o77}, as("65532")...), fine)
		newest := "the checkpoint " + dir + "/epoch-000005 can't be read: open " + dir +
			"/epoch-000005/SHA256SUMS: permission denied"
		out := p.does(t, task{Load: []string{dir}}, as("65533")...)
		wantOutput(t, out, "loaded: model false, damaged false", newest)
		run(t, "chmod", "a+r", dir+"/.lock")
		out = p.does(t, task{Train: dir, Resume: true, Epochs: 9}, as("65533")...)
		wantOutput(t, out, "can't resume: "+newest)
		wantIntact(t, dir, 6)
	})
	for _, umask := range []int{0o77, 0o27} {
		in(t, "umask "+strconv.FormatInt(int64(umask), 8), func(t *testing.T) {
			p := newPlace(t, "trains, saves and loads, with these permissions")
			dir := p.path("work")
			run(t, "mkdir", "-m", "777", dir)
			do := task{Train: dir + "/training", Umask: umask, Save: dir + "/model"}
			wantOutput(t, p.does(t, do, as("65533")...), fine, "saved: error <nil>")
			out := p.does(t, task{Load: []string{do.Train, do.Save}}, as("65533")...)
			if strings.Count(out, loaded) != 2 {
				t.Errorf("the training and the model were not loaded: %s", out)
			}
			for _, path := range []string{do.Train, do.Save} {
				info, err := os.Stat(path)
				if err != nil || info.Mode().Perm() != 0o777&^os.FileMode(umask) {
					t.Errorf("%s has the mode %v (error %v)", path, info.Mode(), err)
				}
			}
		})
	}
	in(t, "a folder that can't be listed", func(t *testing.T) {
		p := newPlace(t, "an error that names the folder, its checkpoints load")
		dir := p.path("training")
		wantOutput(t, p.does(t, task{Train: dir}), fine)
		run(t, "chmod", "711", dir)
		out := p.does(t, task{Load: []string{dir, dir + "/epoch-000005"}}, as("65533")...)
		wantOutput(t, out, loaded, "loaded: model false, damaged false",
			"open "+dir+": permission denied")
	})
}

// A network file system loses a file's handle while it is read.
func TestStaleHandle(t *testing.T) {
	hostile(t)
	p := newPlace(t, "an error that names the file")
	dir := p.path("training")
	wantOutput(t, p.does(t, task{Train: dir}), fine)
	file := dir + "/epoch-000005/meanflow.json"
	wants := []string{
		"the checkpoint " + dir + "/epoch-000005 can't be read: ", file + ": stale file handle",
	}
	for _, call := range []string{"read", "openat"} {
		fault := injecting(call+":error=ESTALE", file)
		out := p.does(t, task{Load: []string{dir}}, fault...)
		wantOutput(t, out, append(wants, "loaded: model false, damaged false")...)
		out = p.does(t, task{Train: dir, Resume: true, Epochs: 9}, fault...)
		wantOutput(t, out, append(wants, "trained: model false")...)
		wantIntact(t, dir, 6)
	}
}

// Two trainings in one folder: the second one is refused, also by another path, until the first one
// is killed. Without locks, each of them warns.
func TestTwoTrainingsInAFolder(t *testing.T) {
	hostile(t)
	p := newPlace(t, "the second is refused; without locks, a warning")
	dir, link := p.path("training"), p.path("link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	kill := p.wait(t, dir)
	for _, path := range []string{dir, link} {
		out := p.does(t, task{Train: path, Resume: true})
		wantOutput(t, out, "trained: model false, locked true", "another training uses "+path)
	}
	kill()
	wantOutput(t, p.does(t, task{Train: link, Resume: true}), fine)
	wantIntact(t, dir, 6)

	noLock := injecting("flock:error=ENOLCK")
	p.wait(t, p.path("without"), noLock...)
	out := p.does(t, task{Train: p.path("without"), Resume: true}, noLock...)
	wantOutput(t, out, fine, noLocks)
}
