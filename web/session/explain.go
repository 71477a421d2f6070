package session

import "github.com/meanflow-go/meanflow/internal/explain"

// words are what the page calls the options of package datasets.
var words = map[string]string{
	"Label": "the label", "LeaveOut": "“Leave out columns”", "Columns": "the points",
	"LeaveOutMissing": "“Leave out rows with missing values”",
	"Header":          "“First line”", "WithHeader": "“names”", "WithoutHeader": "“values”",
	"WithQuantiles": "the command meanflow train -quantiles",
}

// Explain returns the text of an error for the page's reader.
func Explain(err error) string { return explain.Error(err, words) }
