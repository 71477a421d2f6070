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

// checksumFile holds the SHA-256 sum of each of a snapshot's files in the format of sha256sum, so
// that "sha256sum --check SHA256SUMS" checks a snapshot too.
const checksumFile = "SHA256SUMS"

// writeChecksums writes the sums of all files of a folder.
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

// readChecked returns the content of the files that the checksums of a folder list, by name. The
// error names the file that is missing or is not what was written. The file that needs names must
// be listed.
func readChecked(folder, needs string) (map[string][]byte, error) {
	sums, err := os.ReadFile(filepath.Join(folder, checksumFile))
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
			return nil, fmt.Errorf("line %d of its file %s is %.40q, it must be a sum and a "+
				"file's name",
				i+1, checksumFile, line)
		}
		content, err := os.ReadFile(filepath.Join(folder, name))
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("its file %s is missing", name)
		}
		if err != nil {
			return nil, err
		}
		if fmt.Sprintf("%x", sha256.Sum256(content)) != sum {
			return nil, fmt.Errorf("its file %s, of %d bytes, is not what was written", name,
				len(content))
		}
		files[name] = content
	}
	if _, found := files[needs]; !found {
		return nil, fmt.Errorf("its file %s does not name %s", checksumFile, needs)
	}
	return files, nil
}
