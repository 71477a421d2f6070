package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/semver"
)

// branch is the branch that releases are made from.
const branch = "main"

// check returns an error with a line for each reason not to release the repository's last commit as
// the version.
func (r repository) check(ctx context.Context, version string) error {
	if err := checkName(version); err != nil {
		return err
	}
	return errors.Join(
		r.checkBranch(ctx), r.checkClean(ctx), r.checkTags(ctx, version), r.checkChangelog(version))
}

// checkName returns an error unless Go takes the version for a release of this module.
func checkName(version string) error {
	if !semver.IsValid(version) || semver.Canonical(version) != version {
		return fmt.Errorf("the version is %q, it must be like v1.2.3 or v1.2.3-rc.1", version)
	}
	if major := semver.Major(version); major != "v0" && major != "v1" {
		return fmt.Errorf("the version is %s, but Go takes it only for a module whose path ends "+
			"with /%s", version, major)
	}
	return nil
}

// checkBranch returns an error unless the branch for releases is checked out.
func (r repository) checkBranch(ctx context.Context) error {
	current, err := r.git(ctx, "rev-parse", "--abbrev-ref", "HEAD")
	if err == nil && current != branch {
		err = fmt.Errorf("the branch is %s, releases are made from %s", current, branch)
	}
	return err
}

// checkClean returns an error that names the first file that is changed or not committed.
func (r repository) checkClean(ctx context.Context) error {
	changes, err := r.git(ctx, "status", "--porcelain")
	if err != nil || changes == "" {
		return err
	}
	lines := strings.Split(changes, "\n")
	_, name, _ := strings.Cut(strings.TrimSpace(lines[0]), " ")
	return fmt.Errorf("%d files are changed or not committed, such as %s: commit or remove them",
		len(lines), strings.TrimSpace(name))
}

// checkTags returns an error unless the version is newer than all tagged ones.
func (r repository) checkTags(ctx context.Context, version string) error {
	tags, err := r.git(ctx, "tag", "--list", "v*")
	if err != nil {
		return err
	}
	for tag := range strings.Lines(tags) {
		tag = strings.TrimSpace(tag)
		if semver.IsValid(tag) && semver.Compare(version, tag) <= 0 {
			return fmt.Errorf("%s is not newer than the tag %s", version, tag)
		}
	}
	return nil
}

// checkChangelog returns an error unless the version's section is the first of the changelog, says
// something, and is newer than the section below it.
func (r repository) checkChangelog(version string) error {
	sections, err := r.changelog()
	if err != nil {
		return err
	}
	number := strings.TrimPrefix(version, "v")
	if len(sections) == 0 || sections[0].heading != number {
		return fmt.Errorf("the first section of %s is %q, it must be %q: rename the heading",
			changelogName, heading(sections), number)
	}
	if sections[0].text == "" {
		return fmt.Errorf("%s says nothing about %s", changelogName, number)
	}
	if len(sections) > 1 && semver.Compare(version, "v"+sections[1].heading) <= 0 {
		return fmt.Errorf("%s is not newer than %s, the section below it in %s",
			version, sections[1].heading, changelogName)
	}
	return nil
}

// heading returns the heading of the first section, if there is one.
func heading(sections []section) string {
	if len(sections) == 0 {
		return ""
	}
	return sections[0].heading
}
