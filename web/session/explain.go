package session

import "github.com/meanflow-go/meanflow/internal/explain"

// words are what the page calls the options of package datasets.
var words = map[string]string{
	"Label": "“Column of classes”", "LeaveOut": "“Leave out columns”", "Columns": "the points",
	"LeaveOutMissing": "“Leave out rows with missing values”",
	"Header":          "“First line”", "WithHeader": "“names”", "WithoutHeader": "“values”",
	"WithQuantiles": "meanflow train -quantiles",
	"Separator":     "meanflow train -separator", "Decimal": "meanflow train -decimal",
	"Encoding": "meanflow train -encoding", "SkipLines": "meanflow train -skip-lines",
	"Comment": "meanflow train -comment", "Words": "meanflow train -words",
	"MissingValues": "meanflow train -missing", "Array": "meanflow train -array",
}

// Explain returns the text of an error for the page's reader.
func Explain(err error) string { return explain.Error(err, words) }
