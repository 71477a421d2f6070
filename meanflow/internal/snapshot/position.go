package snapshot

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
)

// Position is the progress of a training at a snapshot: the number of complete epochs, and the
// number of complete batches of the next epoch.
type Position struct{ Epoch, Batch int }

// String returns the name of the snapshot's folder: "epoch-000010" or "epoch-000010-batch-000003".
func (p Position) String() string {
	if p.Batch > 0 {
		return fmt.Sprintf("epoch-%06d-batch-%06d", p.Epoch, p.Batch)
	}
	return fmt.Sprintf("epoch-%06d", p.Epoch)
}

// folderName matches the names that String returns.
var folderName = regexp.MustCompile(`^epoch-(\d{6,})(?:-batch-(\d{6,}))?$`)

// parsePosition is the inverse of String.
func parsePosition(folder string) (at Position, ok bool) {
	parts := folderName.FindStringSubmatch(folder)
	if parts == nil {
		return Position{}, false
	}
	epoch, err := strconv.Atoi(parts[1])
	batch, _ := strconv.Atoi("0" + parts[2])
	return Position{epoch, batch}, err == nil
}

// snapshots returns the snapshots in the folder, oldest first.
func (s Source) snapshots() ([]Source, error) {
	entries, err := s.list()
	if err != nil {
		return nil, err
	}
	var positions []Position
	names := map[Position]string{}
	for _, entry := range entries {
		if at, ok := parsePosition(entry.Name()); ok && entry.IsDir() {
			positions = append(positions, at)
			names[at] = entry.Name()
		}
	}
	slices.SortFunc(positions, func(a, b Position) int {
		return cmp.Or(cmp.Compare(a.Epoch, b.Epoch), cmp.Compare(a.Batch, b.Batch))
	})
	snapshots := make([]Source, len(positions))
	for i, at := range positions {
		if snapshots[i], err = s.sub(names[at]); err != nil {
			return nil, err
		}
	}
	return snapshots, nil
}

// List returns the paths of the snapshots in a folder of the operating system, oldest first.
func List(folder string) ([]string, error) {
	snapshots, err := OS(folder).snapshots()
	if err != nil {
		return nil, err
	}
	paths := make([]string, len(snapshots))
	for i, snapshot := range snapshots {
		paths[i] = snapshot.path
	}
	return paths, nil
}
