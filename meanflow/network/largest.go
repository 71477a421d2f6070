package network

// Largest returns the number of values that the largest intermediate result of a network of this
// package has for each point, and 0 for a custom network. It decides how many points fit in a
// processor's cache.
func Largest(n Network) int {
	known, ok := n.(encodable)
	if !ok {
		return 0
	}
	completed, err := known.complete()
	if err != nil {
		return 0
	}
	return completed.(encodable).largest()
}

func (m MLP) largest() int { return m.Width }

func (n ResidualMLP) largest() int { return n.Width }

// largest is that of the attention's weights, or of the hidden units after it.
func (n PatchTransformer) largest() int {
	tokens := (n.Image.Height / n.Patch) * (n.Image.Width / n.Patch)
	return tokens * max(n.Heads*tokens, 4*n.Width)
}
