package datasets

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
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

// TestLongErrors wants short errors even if all names in them are long.
func TestLongErrors(t *testing.T) {
	const name = "a name of more than twenty characters"
	var lines strings.Builder
	for range 10_000 {
		lines.WriteString("1.5,2,3\n")
	}
	names := fmt.Sprintf("%s 1,%[1]s 2,%[1]s 3\n", name)
	leaveOut := ReadOptions{Header: WithHeader, LeaveOutMissing: true}
	for _, test := range []struct {
		text    string
		options ReadOptions
	}{
		{names + lines.String() + "1,01234567890123456789012345,2\n", ReadOptions{}},
		{names + lines.String() + "1,2024-01-31T12:00:00.000000000Z,2\n", ReadOptions{}},
		{names + "1,2,20240101\n2,3,20240102\n", ReadOptions{}},
		{names + "NA,NA,NA\nNA,,\n", leaveOut},
		{name + ",,\n1,2,3\n,4,5\n2,3,4\n", ReadOptions{Header: WithHeader}},
		{strings.Repeat(name+","+name+"2,", 500) + "x\n" +
			strings.Repeat("1,2,", 500) + "3\n", ReadOptions{}},
		{names + lines.String() + "1,,2\n", ReadOptions{}},
	} {
		path := writeFile(t, "a file of a name of more than forty-eight characters.csv", test.text)
		_, err := readTable(path, test.options)
		if err == nil || utf8.RuneCountInString(err.Error()) >= 200 {
			t.Errorf("error %v, want one of less than 200 characters", err)
		}
		t.Log(err)
	}
}
