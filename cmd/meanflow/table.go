package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/meanflow-go/meanflow/datasets"
)

// source says which rows of which file a model learns. Train keeps it beside the model, for report.
type source struct {
	File      string               `json:"file"` // An absolute path.
	Options   datasets.ReadOptions `json:"options"`
	Quantiles bool                 `json:"quantiles"`
	HoldOut   float64              `json:"hold_out"` // A share, or heldOutByDefault.
	Seed      int64                `json:"seed"`
	// Fingerprint identifies the rows that the model learned.
	Fingerprint string `json:"fingerprint"`
}

// heldOutByDefault stands for a tenth of the rows, or for none of fewer than minRowsToHoldOut: a
// report compares at least 4 held-out rows.
const (
	heldOutByDefault = -1
	minRowsToHoldOut = 40
)

// sourceFile is the name of the file in the model's folder that keeps the source.
const sourceFile = "source.json"

// defineReading defines the options that say how to read a table.
func (s *source) defineReading(flags *flag.FlagSet) {
	options := &s.Options
	columns := func(name, help string, to *[]string) {
		flags.Func(name, help, func(text string) error {
			*to = append(*to, strings.Split(text, ",")...)
			return nil
		})
	}
	columns("columns", "`names` or numbers of the columns to learn, with commas between them "+
		"(default: all that no other option names)", &options.Columns)
	columns("leave-out", "`names` of columns to ignore", &options.LeaveOut)
	columns("conditions", "`names` of columns whose values the rows are generated for",
		&options.Conditions)
	columns("words", "`names` of columns with numbers that stand for categories", &options.Words)
	flags.StringVar(&options.Label, "label", "", "`name` of the column with the class of each row")
	character := func(name, help string, to *rune) {
		flags.Func(name, help, func(text string) error {
			if text == `\t` || text == "tab" {
				text = "\t"
			}
			r, size := utf8.DecodeRuneInString(text)
			if size == 0 || size != len(text) {
				return errors.New("it must be one character")
			}
			*to = r
			return nil
		})
	}
	character("separator", "`character` between the values of a row, or tab (default: detected)",
		&options.Separator)
	character("decimal", "`character` before the decimals, point or comma (default: detected)",
		&options.Decimal)
	flags.StringVar(&options.Encoding, "encoding", "",
		"`name` of the text's encoding, such as windows-1252 (default: detected)")
	flags.Func("header", "whether the first line has the names of the columns, `yes or no` "+
		"(default: detected)", func(text string) error {
		switch text {
		case "yes":
			options.Header = datasets.WithHeader
		case "no":
			options.Header = datasets.WithoutHeader
		default:
			return errors.New("it must be yes or no")
		}
		return nil
	})
	flags.IntVar(&options.SkipLines, "skip-lines", 0, "number of `lines` before the table")
	flags.StringVar(&options.Comment, "comment", "", "`text` that begins a comment (default: #)")
	columns("missing", "`texts` that stand for a missing value (default: NA, NaN, ? and others)",
		&options.MissingValues)
	flags.BoolVar(&options.LeaveOutMissing, "leave-out-missing", false,
		"leave out rows with missing values")
	flags.StringVar(&options.Array, "array", "", "`name` of the array of an NPZ file")
	flags.BoolVar(&s.Quantiles, "quantiles", false,
		"scale columns by their quantiles: for outliers and heavy tails")
	flags.Func("hold-out", "`share` of the rows to keep for the report (default 0.1, or 0 of "+
		"fewer than 40 rows)",
		func(text string) (err error) {
			s.HoldOut, err = strconv.ParseFloat(text, 64)
			if err != nil || !(s.HoldOut >= 0 && s.HoldOut < 1) {
				return errors.New("it must be a number from 0 to below 1")
			}
			return nil
		})
	s.HoldOut = heldOutByDefault
}

// read returns the rows to learn and the rows that are held out, nil if there are none.
func (s source) read(progress io.Writer) (points, heldOut *datasets.Points, err error) {
	options := s.Options
	options.ProgressWriter = progress
	if points, err = datasets.Read(s.File, options); err != nil {
		return nil, nil, err
	}
	share := s.HoldOut
	if share == heldOutByDefault {
		share = 0.1
		if points.Len() < minRowsToHoldOut {
			share = 0
		}
	}
	if share > 0 {
		if points, heldOut, err = points.Split(share, s.Seed); err != nil {
			return nil, nil, err
		}
		if heldOut.Len() < 4 {
			return nil, nil, fmt.Errorf("-hold-out %v holds out %d rows, it must hold out at "+
				"least 4, or 0", share, heldOut.Len())
		}
	}
	if s.Quantiles {
		points = points.WithQuantiles()
	}
	return points, heldOut, nil
}

// save writes the source into the model's folder.
func (s source) save(folder string) error {
	text, err := json.MarshalIndent(s, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, sourceFile), append(text, '\n'), 0o666)
}

// loadSource reads the source from a model's folder.
func loadSource(folder string) (s source, err error) {
	if isFile(folder) {
		return s, fmt.Errorf("%s has a model but not the rows that it learned: report needs the "+
			"folder of `meanflow train`, with its %s", folder, sourceFile)
	}
	path := filepath.Join(folder, sourceFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return s, fmt.Errorf("%s has no %s: it must be the folder of `meanflow train`",
			folder, sourceFile)
	} else if err != nil {
		return s, err
	}
	if err := json.Unmarshal(text, &s); err != nil {
		return s, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}
