package datasets

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// digest returns the first 16 hex digits of the SHA-256 of slices of numbers, little endian, one
// slice after the other.
func digest(parts ...any) string {
	hash := sha256.New()
	for _, numbers := range parts {
		if err := binary.Write(hash, binary.LittleEndian, numbers); err != nil {
			panic(err) // Not a slice of numbers of a fixed size.
		}
	}
	return fmt.Sprintf("%x", hash.Sum(nil)[:8])
}
