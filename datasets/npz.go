package datasets

import (
	"archive/zip"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// readNPZ reads a table from an archive of arrays.
func readNPZ(file io.ReaderAt, size int64, options *ReadOptions, p *progress) (*table, error) {
	archive, err := zip.NewReader(file, size)
	if err != nil {
		return nil, problem(ErrFormat, "a ZIP archive that is damaged: %v", err)
	}
	arrays, err := arraysOf(archive)
	if err != nil {
		return nil, err
	}
	isLabel := func(f *zip.File) bool { return arrayName(f) == options.Label }
	label := slices.IndexFunc(arrays, isLabel)
	chosen, err := chooseArray(arrays, label, options)
	if err != nil {
		return nil, err
	}
	var labels []string
	if label >= 0 {
		if labels, err = readLabels(arrays[label]); err != nil {
			return nil, inArray(arrays[label], err)
		}
	}
	stream, err := chosen.Open()
	if err != nil {
		return nil, inArray(chosen, zipError(err))
	}
	defer stream.Close()
	p.source = &countingReader{source: zipErrors{stream}, size: int64(chosen.UncompressedSize64)}
	a, err := openArray(p.source)
	if err != nil {
		return nil, inArray(chosen, err)
	}
	const largestGain = 64 // Of a compression that is trusted.
	reserve := chosen.UncompressedSize64 < largestGain*uint64(size) &&
		a.checkSize(int64(chosen.UncompressedSize64)) == nil
	read, err := a.table(options.Label, labels, options, reserve, p)
	if err != nil {
		return nil, err
	}
	read.format.Kind, read.format.Array = "NPZ", arrayName(chosen)
	for i, f := range arrays {
		if f != chosen && i != label {
			read.format.OtherArrays = append(read.format.OtherArrays, arrayName(f))
		}
	}
	return read, nil
}

// arraysOf returns the arrays of an archive, or an error if it has other files.
func arraysOf(archive *zip.Reader) ([]*zip.File, error) {
	has := func(name string) bool {
		return slices.ContainsFunc(archive.File, func(f *zip.File) bool { return f.Name == name })
	}
	switch {
	case has("xl/workbook.xml"), has("xl/workbook.bin"):
		return nil, problem(ErrFormat, "an .xlsx workbook: save the sheet as CSV")
	case has("content.xml") && has("mimetype"), has("Index/Document.iwa"):
		return nil, problem(ErrFormat, "a spreadsheet: save the sheet as CSV")
	case len(archive.File) == 0:
		return nil, problem(ErrEmpty, "a ZIP archive without files")
	}
	for _, f := range archive.File {
		if path.Ext(f.Name) != ".npy" {
			return nil, problem(ErrFormat, "a ZIP archive with %s: unpack it first", quoted(f.Name))
		}
	}
	return archive.File, nil
}

// arrayName returns the name of an array without its ending.
func arrayName(f *zip.File) string { return strings.TrimSuffix(f.Name, ".npy") }

// chooseArray returns the array of the points: the one that is named, or the only one, or the only
// one of two dimensions.
func chooseArray(arrays []*zip.File, label int, options *ReadOptions) (*zip.File, error) {
	var names, list []string
	var candidates, matrices []*zip.File
	for i, f := range arrays {
		name := arrayName(f)
		names = append(names, name)
		if name == options.Array && options.Array != "" {
			if i == label {
				return nil, problem(ErrColumn, "array %s is chosen twice", quoted(name))
			}
			return f, nil
		}
		shape, dims := describe(f)
		list = append(list, fmt.Sprintf("%s %s", shortened(name), shape))
		if i != label {
			candidates = append(candidates, f)
			if dims == 2 {
				matrices = append(matrices, f)
			}
		}
	}
	switch {
	case options.Array != "":
		return nil, problem(ErrOptions, "there is no array %s: %s",
			quoted(options.Array), listed(names))
	case len(candidates) == 1:
		return candidates[0], nil
	case len(matrices) == 1:
		return matrices[0], nil
	}
	more := ""
	if len(list) > 4 {
		more = fmt.Sprintf(" … (%d more)", len(list)-4)
		list = list[:4]
	}
	return nil, problem(ErrAmbiguous, "set Array to one of %s%s", strings.Join(list, ", "), more)
}

func shortened(name string) string { return strings.Trim(quoted(name), `"`) }

// describe returns the shape of an array, and its number of dimensions or 0 if it can't be read.
func describe(f *zip.File) (string, int) {
	stream, err := f.Open()
	if err != nil {
		return "(damaged)", 0
	}
	defer stream.Close()
	a, err := openArray(stream)
	switch {
	case err != nil:
		return "(not read)", 0
	case a.dims == 1:
		return fmt.Sprintf("[%d]", a.rows), 1
	}
	return fmt.Sprintf("[%d, %d]", a.rows, a.columns), 2
}

// readLabels reads the array of the labels as texts [rows].
func readLabels(f *zip.File) ([]string, error) {
	stream, err := f.Open()
	if err != nil {
		return nil, zipError(err)
	}
	defer stream.Close()
	a, err := openArray(zipErrors{stream})
	if err != nil {
		return nil, err
	}
	if a.columns > 1 {
		return nil, problem(ErrFormat, "it has %d columns: a label is one value per row", a.columns)
	}
	return a.texts()
}

// inArray names the array in an error.
func inArray(f *zip.File, err error) error {
	return &ReadError{Column: arrayName(f), Err: err}
}

// zipErrors says that an archive is damaged.
type zipErrors struct{ source io.Reader }

func (z zipErrors) Read(buffer []byte) (int, error) {
	n, err := z.source.Read(buffer)
	return n, zipError(err)
}

func zipError(err error) error {
	if err == nil || err == io.EOF {
		return err
	}
	return problem(ErrFormat, "the archive is damaged: %v", err)
}
