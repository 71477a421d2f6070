package datasets

import (
	"strings"
	"testing"
)

func TestQuoted(t *testing.T) {
	for text, want := range map[string]string{
		"":                                   `""`,
		"Iris setosa":                        `"Iris setosa"`,
		"exactly twenty chars":               `"exactly twenty chars"`,
		"no more than twenty chars":          `"no more than twenty…"`,
		strings.Repeat("ä", 30):              `"äääääääääääääääääää…"`,
		"\u00ad\u00ad\u00ad\u00ad\u00ad":     `"\u00ad\u00ad\u00ad…"`,
		strings.Repeat("\xff", 1000) + "abc": `"\xff\xff\xff\xff…"`,
	} {
		if got := quoted(text); got != want {
			t.Errorf("%q is quoted as %s, want %s", text, got, want)
		}
	}
}
