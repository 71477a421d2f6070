package main

import (
	"errors"
	"strings"

	"github.com/meanflow-go/meanflow/internal/explain"
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

// explained returns the text of an error of the packages in the words of this command.
func explained(err error) string {
	const inGo = "set Config.AllowChanges to resume with these changes"
	text := strings.ReplaceAll(err.Error(), inGo,
		"resume with the options of that training, or choose another Config.CheckpointDir")
	return explain.Error(errors.New(text), options)
}
