package datasets

import (
	"bytes"
	"math"
	"regexp"
	"strconv"
)

// parseNumber returns a finite decimal number with a decimal point or comma. Numbers too small for
// float64 become 0.
func parseNumber(cell []byte, decimal byte) (float64, bool) {
	if n := len(cell); decimal == ',' && n > 0 && cell[n-1] == ',' {
		return 0, false // A separator rather than a decimal sign.
	}
	if number, isPlain := parsePlain(cell, decimal); isPlain {
		return number, true
	}
	if decimal == ',' {
		if bytes.IndexByte(cell, '.') >= 0 {
			return 0, false
		}
		if comma := bytes.IndexByte(cell, ','); comma >= 0 {
			var buffer [32]byte
			cell = append(buffer[:0], cell...)
			cell[comma] = '.'
		}
	}
	number, err := strconv.ParseFloat(string(cell), 64)
	isFinite := number-number == 0
	if err != nil || !isFinite || isHexadecimal(cell) || bytes.IndexByte(cell, '_') >= 0 {
		return 0, false
	}
	return number, true
}

// isHexadecimal reports whether a number that Go understands begins with 0x.
func isHexadecimal(cell []byte) bool {
	return len(cell) > 2 && (cell[1]|0x20 == 'x' || cell[2]|0x20 == 'x')
}

var (
	thousandsWithCommas = regexp.MustCompile(`^[-+]?[1-9]\d{0,2}(,\d{3})+$`)
	thousandsWithPoints = regexp.MustCompile(`^[-+]?[1-9]\d{0,2}(\.\d{3})+$`)
)

// almostNumbers are what tables contain instead of a number, and what to do about it.
var almostNumbers = []struct {
	pattern *regexp.Regexp
	advice  string
}{
	{regexp.MustCompile(`(?i)^[-+]?(inf|infinity|∞)$`), "is not finite"},
	{regexp.MustCompile(`^[-+]?\d+,\d+([eE][-+]?\d+)?$|^[-+]?,\d+$`),
		"has a comma: set Decimal to ',', or write it without thousands separators"},
	{regexp.MustCompile(`^[-+]?\d{1,3}([,' _\x{a0}\x{2009}\x{202f}]\d{3})+(\.\d*)?$`),
		"has thousands separators: write it without"},
	{regexp.MustCompile(`^[-+]?\d{1,3}([.' _\x{a0}\x{2009}\x{202f}]\d{3})+(,\d*)?$`),
		"has thousands separators: write it without"},
	{regexp.MustCompile(`^[-+]?\d+\.\d*([eE][-+]?\d+)?$|^[-+]?\.\d+$`),
		"has a decimal point: set Decimal to '.'"},
	{regexp.MustCompile(`^[-+]?[\d.,]+ ?[%‰]$`), "is a percentage: write the number alone"},
	{regexp.MustCompile(`^[-+]?[$€£¥] ?[-+]?[\d.,]+$|^[-+]?[\d.,]+ ?[$€£¥]$`),
		"is an amount of money: write the number alone"},
	{regexp.MustCompile(`^[-+]?[\d.]+[dD][-+]?\d+$`), "is Fortran's: write E instead of D"},
	{regexp.MustCompile(`^[-+]?\d+([.,]\d+)? \pL+$|^[-+]?\d+[.,]\d+[\pL°]+$`),
		"has a unit: write the number alone"},
	{regexp.MustCompile(`^['’][-+]?[\d.,]+['’]?$`), "has an apostrophe: write the number alone"},
	{regexp.MustCompile(`^[-+]?\d+ ?/ ?\d+$`), "is a fraction: write it in decimals"},
	{regexp.MustCompile(`^[<>≤≥~≈] ?[-+]?[\d.,]+$`), "is a bound: write a number"},
	{regexp.MustCompile(`^[−–][\d.,]+$`), "has a typographic minus: write -"},
	{regexp.MustCompile(`^[-+]?0[xX][\da-fA-F.pP+-]+$`), "is hexadecimal: write it in decimals"},
	{regexp.MustCompile(`^\d{1,4}([-/.])\d{1,2}[-/.]\d{1,4}([T ].*)?$`),
		"is a date: write a number, such as days, or leave the column out"},
	{regexp.MustCompile(`^\d{1,3}:\d\d(:\d\d([.,]\d+)?)?( ?[aApP][mM])?$`),
		"is a time: write a number, such as seconds, or leave the column out"},
	{regexp.MustCompile(`^[\[(] ?[-+]?[\d.,]|^[-+\d.,]+ ?[\])]$`),
		"has brackets: write the number alone"},
	{regexp.MustCompile(`^[-+]?[\d.]+([;|,:\t ]+[-+]?[\d.]+)+[;|,:\t ]*$`),
		"has several numbers: set Separator"},
}

// adviceOn returns what is wrong with a text that is almost a number, or an empty string.
func adviceOn(cell []byte) string {
	if len(cell) == 0 || len(cell) > 64 {
		return ""
	}
	if number, err := strconv.ParseFloat(string(cell), 64); err != nil && math.IsInf(number, 0) {
		return "is not finite in float64"
	}
	for _, almost := range almostNumbers {
		if almost.pattern.Match(cell) {
			return almost.advice
		}
	}
	return ""
}
