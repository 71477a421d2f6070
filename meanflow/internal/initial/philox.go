package initial

import "math/bits"

// philox is Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011) with
// the state of GoMLX's generator: a key, and a counter of which low comes first. XLA's
// RngBitGenerator draws the same numbers.
type philox struct{ key, low, high uint64 }

// next draws four numbers, and counts one further.
func (p *philox) next() [4]uint32 {
	halves := func(word uint64) (low, high uint32) { return uint32(word), uint32(word >> 32) }
	key0, key1 := halves(p.key)
	a, b := halves(p.low)
	c, d := halves(p.high)
	for range 10 {
		highA, lowA := bits.Mul32(0xD2511F53, a)
		highC, lowC := bits.Mul32(0xCD9E8D57, c)
		a, b, c, d = highC^b^key0, lowC, highA^d^key1, lowA
		key0, key1 = key0+0x9E3779B9, key1+0xBB67AE85
	}
	var carry uint64
	p.low, carry = bits.Add64(p.low, 1, 0)
	p.high += carry
	return [4]uint32{a, b, c, d}
}

// fill replaces numbers by numbers uniform in ±bound. It does what XLA compiles GoMLX's
// initializer.RandomUniformFn to, where 2·bound·u - bound is rounded once.
func (p *philox) fill(numbers []float32, bound float64) {
	const least, most = float32(1) / (1 << 32), float32(1) - 1.0/(1<<24)
	var drawn [4]uint32
	for i := range numbers {
		if i%4 == 0 { // What is left of the last four is not used.
			drawn = p.next()
		}
		u := min(float32(drawn[i%4])*least, most)
		scaled := float64(u) * float64(float32(2*bound)) // Exact, as 48 of 53 bits.
		numbers[i] = float32(scaled - float64(float32(bound)))
	}
}
