package datasets

import "slices"

// len returns the number of rows.
func (c tableColumn) len() int {
	if c.isWords() {
		return len(c.codes)
	}
	return len(c.numbers)
}

// isWords reports whether the column has words instead of numbers.
func (c tableColumn) isWords() bool { return c.numbers == nil }

// appendTo appends the coordinates that a row's value makes: its number, or a 1 for its word and a
// 0 for each other word.
func (c tableColumn) appendTo(coordinates []float64, row int) []float64 {
	if !c.isWords() {
		return append(coordinates, c.numbers[row])
	}
	return appendOneHot(coordinates, int(c.codes[row]), len(c.words))
}

// appendOneHot appends count numbers, a 1 at index one and 0 elsewhere.
func appendOneHot(coordinates []float64, one, count int) []float64 {
	for k := range count {
		if k == one {
			coordinates = append(coordinates, 1)
		} else {
			coordinates = append(coordinates, 0)
		}
	}
	return coordinates
}

// subset returns the column with only some rows, in their order.
func (c tableColumn) subset(rows []int) tableColumn {
	if c.isWords() {
		c.codes = pick(c.codes, rows)
	} else {
		c.numbers = pick(c.numbers, rows)
	}
	return c
}

func pick[T any](values []T, rows []int) []T {
	chosen := make([]T, len(rows))
	for i, row := range rows {
		chosen[i] = values[row]
	}
	return chosen
}

// toWords turns numbers into words, written as a file would have them.
func (c *tableColumn) toWords() {
	codes := map[float64]int32{}
	c.codes = make([]int32, len(c.numbers))
	for i, number := range c.numbers {
		code, found := codes[number]
		if !found {
			code = int32(len(c.words))
			codes[number] = code
			c.words = append(c.words, formatNumber(number))
		}
		c.codes[i] = code
	}
	c.numbers = nil
}

// sortWords puts the words in ascending order: of their numbers if all are numbers, otherwise
// alphabetical. So the order does not depend on the rows.
func (c *tableColumn) sortWords() {
	sorted := slices.Clone(c.words)
	slices.SortFunc(sorted, byNumberOrLetters(c.words))
	place := map[string]int32{}
	for k, word := range sorted {
		place[word] = int32(k)
	}
	for i, code := range c.codes {
		c.codes[i] = place[c.words[code]]
	}
	c.words = sorted
}
