package main

import (
	"cmp"
	"regexp"
	"strings"
)

// options are the names of this command's options, by the names that the packages' errors use.
var options = map[string]string{
	"Columns": "-columns", "LeaveOut": "-leave-out", "Label": "-label",
	"Conditions": "-conditions", "Words": "-words", "Encoding": "-encoding",
	"Separator": "-separator", "Decimal": "-decimal", "Header": "-header",
	"WithHeader": "yes", "WithoutHeader": "no", "SkipLines": "-skip-lines",
	"Comment": "-comment", "MissingValues": "-missing", "LeaveOutMissing": "-leave-out-missing",
	"Array": "-array", "WithQuantiles": "-quantiles", "WriteCSV": "an -out that ends with .csv",
	"Config.CheckpointDir": "-out", "Config.Resume": "-resume", "Config.Guidance": "-guidance",
	"Config.MaxGuidance": "-max-guidance", "SampleOptions.Guidance": "-guidance",
	"Config.Seed": "-seed", "Config.Data": "the file",
	"Config.Epochs": "-steps, in hundreds,", "Config.Data.Dim": "the number of columns",
}

var (
	prefixes = regexp.MustCompile(`\b(meanflow|datasets|metrics): ` +
		`((Train|Load|ReadSafetensors|SampleWith|Given|Table|ParseSchema|Split|Compare|WriteCSV|` +
		`WriteNPY): )?` +
		`(Config\.Data: (datasets: )?)?`)
	// A quoted text, a path, or a name.
	word = regexp.MustCompile(`"(\\.|[^"\\])*"|[^\s"]*/[^\s"]*|\b[A-Z][A-Za-z.]*[A-Za-z]\b`)
)

// explain returns the text of an error of the packages in the words of this command. It leaves
// quoted texts and paths, which are the user's, as they are.
func explain(err error) string {
	text := prefixes.ReplaceAllString(err.Error(), "")
	text = strings.ReplaceAll(text, "set Config.AllowChanges to resume with these changes",
		"resume with the options of that training, or choose another Config.CheckpointDir")
	return word.ReplaceAllStringFunc(text, func(word string) string {
		return cmp.Or(options[word], word)
	})
}
