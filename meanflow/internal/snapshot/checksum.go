package snapshot

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// checksumFile is the file with the SHA-256 checksums of a snapshot's files. It has the format of
// the command sha256sum, so that "sha256sum --check SHA256SUMS" can check a snapshot.
const checksumFile = "SHA256SUMS"

// writeChecksums writes the checksums of all files of a folder into the folder.
func writeChecksums(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	var sums strings.Builder
	for _, entry := range entries {
		content, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			return err
		}
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(content), entry.Name())
	}
	return os.WriteFile(filepath.Join(folder, checksumFile), []byte(sums.String()), 0o666)
}

// hasChecksums reports whether the folder has a checksum file, as all snapshots have.
func (s Source) hasChecksums() bool {
	_, err := fs.Stat(s.files, checksumFile)
	return err == nil
}

// readChecked reads and checks the files that the folder's checksum file lists, and returns their
// content by name. The error names the file that is missing or changed. The checksum file must list
// the file required.
func (s Source) readChecked(required string) (map[string][]byte, error) {
	sums, err := s.read(checksumFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("its file %s is missing", checksumFile)
	}
	if err != nil {
		return nil, err
	}
	lines := strings.Split(string(sums), "\n")
	if lines[len(lines)-1] != "" {
		return nil, fmt.Errorf("its file %s is cut short", checksumFile)
	}
	files := map[string][]byte{}
	for i, line := range lines[:len(lines)-1] {
		sum, name, found := strings.Cut(line, "  ")
		if !found || name != filepath.Base(name) {
			return nil, fmt.Errorf("line %d of its file %s is %.40q, it must be a checksum and a "+
				"file name", i+1, checksumFile, line)
		}
		content, err := s.read(name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("its file %s is missing", name)
		}
		if err != nil {
			return nil, err
		}
		if fmt.Sprintf("%x", sha256.Sum256(content)) != sum {
			return nil, fmt.Errorf("its file %s, of %d bytes, differs from what was written",
				name, len(content))
		}
		files[name] = content
	}
	if _, found := files[required]; !found {
		return nil, fmt.Errorf("its file %s does not list %s", checksumFile, required)
	}
	return files, nil
}
