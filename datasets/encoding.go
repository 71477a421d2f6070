package datasets

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/htmlindex"
)

const (
	utf8Name    = "utf-8"
	windows1252 = "windows-1252"
)

// decode returns a reader of a text as UTF-8, and the name of the text's encoding, which it detects
// from the beginning of the text if no name is given.
func decode(source io.Reader, head []byte, name string) (io.Reader, string, error) {
	if name == "" {
		var err error
		if name, err = detectEncoding(head); err != nil {
			return nil, "", err
		}
	}
	encoding, err := htmlindex.Get(name)
	if err != nil {
		return nil, "", problem(ErrOptions, `Encoding %s is unknown, it must be a name such as `+
			`"utf-8" or "windows-1252"`, quoted(name))
	}
	if name, err = htmlindex.Name(encoding); err != nil {
		return nil, "", problem(ErrOptions, "Encoding %s can't be read", quoted(name))
	}
	if name == utf8Name {
		return source, name, nil
	}
	return encoding.NewDecoder().Reader(source), name, nil
}

// detectEncoding returns the name of an encoding by the beginning of a text.
func detectEncoding(head []byte) (string, error) {
	switch {
	case bytes.HasPrefix(head, []byte("\ufeff")):
		return utf8Name, nil
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return "utf-16le", nil
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return "utf-16be", nil
	case bytes.IndexByte(head, 0) >= 0:
		return detectUTF16(head)
	}
	several, broken := false, false // Whether characters of several bytes are valid, or broken.
	for rest := head; len(rest) > 0; {
		_, size := utf8.DecodeRune(rest)
		if size > 1 {
			several = true
		} else if rest[0] >= utf8.RuneSelf {
			if !utf8.FullRune(rest) {
				break // The beginning ends within a character.
			}
			broken = true
		}
		rest = rest[size:]
	}
	switch {
	case broken && several:
		return "", errTwoEncodings
	case broken:
		return windows1252, nil
	}
	return utf8Name, nil
}

var errTwoEncodings = problem(ErrEncoding,
	"the text is partly UTF-8 and partly not: save it anew as UTF-8, or set Encoding")

// detectUTF16 returns the byte order of a text whose ASCII characters have a NUL byte.
func detectUTF16(head []byte) (string, error) {
	var nul [2]int
	for i, c := range head {
		if c == 0 {
			nul[i%2]++
		}
	}
	half := len(head) / 2
	switch {
	case nul[0] == 0 && nul[1] > half*3/4:
		return "utf-16le", nil
	case nul[1] == 0 && nul[0] > half*3/4:
		return "utf-16be", nil
	}
	return utf8Name, nil // A binary file, which the check of the text refuses.
}

// encodingTitle returns an encoding's name as people write it.
func encodingTitle(name string) string {
	switch {
	case strings.HasPrefix(name, "utf-"), strings.HasPrefix(name, "iso-"):
		return strings.ToUpper(name)
	case strings.HasPrefix(name, "windows-"):
		return "W" + name[1:]
	}
	return name
}
