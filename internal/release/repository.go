package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// changelogName is the file with a section for each version, newest first.
const changelogName = "CHANGELOG.md"

// repository is the path of a repository's root folder.
type repository string

// section is a section of the changelog.
type section struct {
	heading string // Such as "0.2.0".
	text    string // Without the heading and surrounding space.
}

// changelog returns the sections of the changelog, whose headings begin with "## ".
func (r repository) changelog() ([]section, error) {
	content, err := os.ReadFile(filepath.Join(string(r), changelogName))
	if err != nil {
		return nil, err
	}
	var sections []section
	for _, text := range strings.Split("\n"+string(content), "\n## ")[1:] {
		heading, text, _ := strings.Cut(text, "\n")
		sections = append(sections, section{strings.TrimSpace(heading), strings.TrimSpace(text)})
	}
	return sections, nil
}

// tag gives the last commit an annotated tag.
func (r repository) tag(ctx context.Context, version string) error {
	_, err := r.git(ctx, "tag", "--annotate", version, "--message", "MeanFlow in Go "+version)
	return err
}

// git runs a git command in the repository and returns what it prints, without surrounding space.
func (r repository) git(ctx context.Context, args ...string) (string, error) {
	command := exec.CommandContext(ctx, "git", args...)
	command.Dir = string(r)
	output, err := command.Output()
	if failed := (*exec.ExitError)(nil); errors.As(err, &failed) {
		err = fmt.Errorf("git %s: %s", args[0], strings.TrimSpace(string(failed.Stderr)))
	}
	return strings.TrimSpace(string(output)), err
}
