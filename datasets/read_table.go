package datasets

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
)

// readTable reads a table from a file of the operating system. Its errors are of type [ReadError].
func readTable(path string, options ReadOptions) (*table, error) {
	return readOpened(func() (fs.File, error) { return os.Open(path) }, path, options)
}

// readOpened is readTable for a file that a function opens. The path is for errors.
func readOpened(
	open func() (fs.File, error), path string, options ReadOptions,
) (*table, error) {
	if err := options.check(); err != nil {
		return nil, withPath(path, err)
	}
	read, err := readFile(open, path, &options)
	if errors.Is(err, errNotUTF8) {
		options.Encoding = windows1252
		read, err = readFile(open, path, &options)
	}
	if err != nil {
		return nil, withPath(path, err)
	}
	return read, nil
}

// readFile reads a file as what its first bytes say that it is.
func readFile(
	open func() (fs.File, error), path string, options *ReadOptions,
) (*table, error) {
	file, err := open()
	if err != nil {
		return nil, openError(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, openError(err)
	}
	if info.IsDir() {
		return nil, problem(ErrFormat, "a folder, not a file")
	}
	counting := &countingReader{source: file, size: info.Size()}
	p := newProgress(options.ProgressWriter, path, counting)
	head, source, err := firstBytes(counting)
	if err != nil {
		return nil, err
	}
	random, hasRandom := file.(io.ReaderAt)
	switch {
	case bytes.HasPrefix(head, []byte(magicZIP)), bytes.HasPrefix(head, []byte(magicZIP0)):
		if hasRandom {
			return readNPZ(random, info.Size(), options, p)
		}
		content, err := io.ReadAll(source)
		if err != nil {
			return nil, openError(err)
		}
		return readNPZ(bytes.NewReader(content), int64(len(content)), options, p)
	case bytes.HasPrefix(head, []byte(magicGzip)):
		var size fileSize
		if hasRandom {
			size = unpackedSize(random, info.Size())
		}
		return readGzip(source, size, options, p)
	}
	return readPlain(source, head, fileSize{known: info.Size()}, options, p)
}

// openError returns the error of an operation on the file without its path.
func openError(err error) error {
	var pathError *os.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}

// firstBytes returns the first bytes of a source, and a reader of the whole source.
func firstBytes(source io.Reader) ([]byte, io.Reader, error) {
	head := make([]byte, 64)
	n, err := io.ReadFull(source, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, nil, openError(err)
	}
	return head[:n], io.MultiReader(bytes.NewReader(head[:n]), source), nil
}

// fileSize is a size in bytes.
type fileSize struct {
	known   int64 // 0 if it is unknown.
	guessed int64 // 0, or a guess of an unknown size.
}

// readPlain reads a text or an array.
func readPlain(
	source io.Reader, head []byte, size fileSize, options *ReadOptions, p *progress,
) (*table, error) {
	if err := checkKind(head, options.Separator != 0); err != nil {
		return nil, err
	}
	if bytes.HasPrefix(head, []byte(magicNPY)) {
		return readNPY(source, size.known, options, p)
	}
	if options.Array != "" {
		return nil, problem(ErrOptions, "Array is %s, but the file is no NPZ file",
			quoted(options.Array))
	}
	return readText(source, max(size.known, size.guessed), options, p)
}

// unpackedSize returns the size that the last bytes of a compressed file say.
func unpackedSize(file io.ReaderAt, size int64) fileSize {
	const largestGain = 64 // Of a compression that is trusted.
	var last [4]byte
	if _, err := file.ReadAt(last[:], size-int64(len(last))); err != nil {
		return fileSize{}
	}
	return fileSize{guessed: min(int64(binary.LittleEndian.Uint32(last[:])), largestGain*size)}
}

// readGzip reads a compressed text or array of a size.
func readGzip(source io.Reader, size fileSize, options *ReadOptions, p *progress) (*table, error) {
	unpacked, err := gzip.NewReader(source)
	if err != nil {
		return nil, problem(ErrFormat, "compressed by gzip, but damaged: %v", err)
	}
	head, whole, err := firstBytes(gzipErrors{unpacked})
	if err != nil {
		return nil, err
	}
	for _, magic := range []string{magicGzip, magicZIP, magicZIP0} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return nil, problem(ErrFormat, "an archive within gzip: unpack it first")
		}
	}
	if len(head) > 10 && isTar(unpacked.Name) {
		return nil, problem(ErrFormat, "a tar archive: unpack it first")
	}
	read, err := readPlain(whole, head, size, options, p)
	if err != nil {
		return nil, err
	}
	read.format.Compression = "gzip"
	return read, nil
}

func isTar(name string) bool { return len(name) > 4 && name[len(name)-4:] == ".tar" }

// gzipErrors says that compressed data are damaged.
type gzipErrors struct{ source io.Reader }

func (g gzipErrors) Read(buffer []byte) (int, error) {
	n, err := g.source.Read(buffer)
	if err != nil && !errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = problem(ErrFormat, "compressed by gzip, but damaged or cut off: %v", err)
	}
	return n, err
}
