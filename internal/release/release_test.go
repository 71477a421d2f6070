package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const changelog = `# Changelog

## 0.2.0

- Something new.

## 0.1.0

- The first version.
`

// releasable makes a repository whose last commit can be released as v0.2.0, after v0.1.0.
func releasable(t *testing.T) repository {
	t.Helper()
	// Settings of the user, such as signed tags, must not matter, nor git's hooks, which set paths.
	for _, name := range []string{"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"} {
		t.Setenv(name, "")
		os.Unsetenv(name)
	}
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	for _, who := range []string{"AUTHOR", "COMMITTER"} {
		t.Setenv("GIT_"+who+"_NAME", "Gopher")
		t.Setenv("GIT_"+who+"_EMAIL", "gopher@example.org")
	}
	r := repository(t.TempDir())
	run(t, r, "init", "--quiet", "--initial-branch", branch)
	run(t, r, "commit", "--quiet", "--allow-empty", "--message", "Begin")
	run(t, r, "tag", "v0.1.0")
	commit(t, r, changelog)
	return r
}

func run(t *testing.T, r repository, args ...string) string {
	t.Helper()
	output, err := r.git(t.Context(), args...)
	if err != nil {
		t.Fatal(err)
	}
	return output
}

func write(t *testing.T, r repository, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(string(r), name), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// commit commits a changelog.
func commit(t *testing.T, r repository, text string) {
	t.Helper()
	write(t, r, changelogName, text)
	run(t, r, "add", changelogName)
	run(t, r, "commit", "--quiet", "--message", "Change")
}

func TestTags(t *testing.T) {
	r := releasable(t)
	run(t, r, "tag", "not-a-version")
	if err := r.check(t.Context(), "v0.2.0"); err != nil {
		t.Fatal(err)
	}
	if err := r.tag(t.Context(), "v0.2.0"); err != nil {
		t.Fatal(err)
	}
	// Git calls the object of an annotated tag a tag, and that of another one a commit.
	if kind := run(t, r, "cat-file", "-t", "v0.2.0"); kind != "tag" {
		t.Errorf("v0.2.0 names a %s, want an annotated tag", kind)
	}
	if run(t, r, "rev-parse", "v0.2.0^{commit}") != run(t, r, "rev-parse", "HEAD") {
		t.Error("v0.2.0 is not at the last commit")
	}
	if err := r.tag(t.Context(), "v0.2.0"); err == nil || !strings.Contains(err.Error(), "exists") {
		t.Errorf("tagging again gives the error %v, want git's", err)
	}
}

// Each case changes a repository that can be released as v0.2.0 so that it can't.
func TestRefuses(t *testing.T) {
	original := os.DirFS(string(releasable(t)))
	for name, test := range map[string]struct {
		version string
		change  func(t *testing.T, r repository)
		want    []string
	}{
		"no version":     {"", nil, []string{`""`, "v1.2.3"}},
		"no v":           {"0.2.0", nil, []string{`"0.2.0"`, "v1.2.3"}},
		"short":          {"v0.2", nil, []string{`"v0.2"`, "v1.2.3"}},
		"build metadata": {"v0.2.0+x", nil, []string{`"v0.2.0+x"`}},
		"an option":      {"--delete", nil, []string{`"--delete"`}},
		"v2":             {"v2.0.0", nil, []string{"/v2"}},
		"another branch": {"v0.2.0", func(t *testing.T, r repository) {
			run(t, r, "checkout", "--quiet", "-b", "idea")
		}, []string{"the branch is idea", "main"}},
		"no branch": {"v0.2.0", func(t *testing.T, r repository) {
			run(t, r, "checkout", "--quiet", "--detach")
		}, []string{"the branch is HEAD", "main"}},
		"a changed file": {"v0.2.0", func(t *testing.T, r repository) {
			write(t, r, changelogName, changelog+"- More.\n")
		}, []string{"1 files", "CHANGELOG.md"}},
		"a new file": {"v0.2.0", func(t *testing.T, r repository) {
			write(t, r, "new file.go", "package main\n")
		}, []string{"1 files", "new file.go"}},
		"a tagged version": {"v0.2.0", func(t *testing.T, r repository) {
			run(t, r, "tag", "v0.2.0")
		}, []string{"not newer than the tag v0.2.0"}},
		"an older version": {"v0.2.0", func(t *testing.T, r repository) {
			run(t, r, "tag", "v0.10.0")
		}, []string{"not newer than the tag v0.10.0"}},
		"a candidate of a tagged version": {"v0.2.0-rc.1", func(t *testing.T, r repository) {
			run(t, r, "tag", "v0.2.0")
		}, []string{"not newer than the tag v0.2.0"}},
		"no changelog": {"v0.2.0", func(t *testing.T, r repository) {
			run(t, r, "rm", "--quiet", changelogName)
			run(t, r, "commit", "--quiet", "--message", "Remove")
		}, []string{"CHANGELOG.md"}},
		"nothing in the changelog": {"v0.2.0", func(t *testing.T, r repository) {
			commit(t, r, "# Changelog\n")
		}, []string{`is ""`, `"0.2.0"`}},
		"an unnamed section": {"v0.2.0", func(t *testing.T, r repository) {
			commit(t, r, strings.Replace(changelog, "0.2.0", "Unreleased", 1))
		}, []string{`"Unreleased"`, `"0.2.0"`, "rename"}},
		"an unnamed section above": {"v0.2.0", func(t *testing.T, r repository) {
			_, versions, _ := strings.Cut(changelog, "\n")
			commit(t, r, "# Changelog\n\n## Unreleased\n"+versions)
		}, []string{`"Unreleased"`, `"0.2.0"`}},
		"an empty section": {"v0.2.0", func(t *testing.T, r repository) {
			commit(t, r, strings.Replace(changelog, "- Something new.", "", 1))
		}, []string{"says nothing about 0.2.0"}},
		"sections in another order": {"v0.2.0", func(t *testing.T, r repository) {
			commit(t, r, strings.Replace(changelog, "0.1.0", "0.3.0", 1))
		}, []string{"not newer than 0.3.0"}},
		"several reasons": {"v0.2.0", func(t *testing.T, r repository) {
			run(t, r, "checkout", "--quiet", "-b", "idea")
			write(t, r, changelogName, "")
		}, []string{"the branch is idea", "1 files", `"0.2.0"`}},
	} {
		t.Run(name, func(t *testing.T) {
			r := repository(t.TempDir())
			if err := os.CopyFS(string(r), original); err != nil {
				t.Fatal(err)
			}
			if test.change != nil {
				test.change(t, r)
			}
			err := r.check(t.Context(), test.version)
			if err == nil {
				t.Fatal("it is taken")
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error is %q, want it to contain %q", err, want)
				}
			}
			for line := range strings.Lines(err.Error()) {
				if len(line) > 200 {
					t.Errorf("a line of the error has %d bytes: %s", len(line), line)
				}
			}
		})
	}
}

func TestNoRepository(t *testing.T) {
	r := repository(t.TempDir())
	t.Setenv("GIT_CEILING_DIRECTORIES", filepath.Dir(string(r))) // TMPDIR may be in a repository.
	if err := r.check(t.Context(), "v0.2.0"); err == nil || !strings.Contains(err.Error(), "git ") {
		t.Errorf("the error is %v, want git's", err)
	}
}
