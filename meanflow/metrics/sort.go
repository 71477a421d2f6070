package metrics

import (
	"math"
	"slices"
)

// sorter sorts finite numbers by the digits of their bits, which takes a third of the time of
// [slices.Sort] for thousands of them. The zero value is ready to use, and keeps its memory from
// one call to the next.
type sorter struct{ keys, moved []uint64 }

const (
	digitBits = 11
	digits    = 1 << digitBits
	few       = 1000 // For fewer numbers, slices.Sort is as fast.
)

func (s *sorter) sort(numbers []float64) {
	if len(numbers) < few {
		slices.Sort(numbers)
		return
	}
	if len(s.keys) != len(numbers) {
		s.keys, s.moved = make([]uint64, len(numbers)), make([]uint64, len(numbers))
	}
	// Keys order like their numbers: negative ones have all bits flipped, others the sign bit.
	for i, number := range numbers {
		bits := math.Float64bits(number)
		s.keys[i] = bits ^ (uint64(int64(bits)>>63) | 1<<63)
	}
	for shift := 0; shift < 64; shift += digitBits { // Each pass keeps the order of equal digits.
		var places [digits + 1]int
		for _, key := range s.keys {
			places[key>>shift%digits+1]++
		}
		for digit := range digits {
			places[digit+1] += places[digit]
		}
		for _, key := range s.keys {
			digit := key >> shift % digits
			s.moved[places[digit]] = key
			places[digit]++
		}
		s.keys, s.moved = s.moved, s.keys
	}
	for i, key := range s.keys {
		numbers[i] = math.Float64frombits(key ^ (^uint64(int64(key)>>63) | 1<<63))
	}
}
