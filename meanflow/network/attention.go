package network

import (
	"math"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// selfAttention builds the attention of tokens [batch, tokens, width] to each other (A. Vaswani et
// al., arXiv 1706.03762, section 3.2), in the given number of heads, which divides width:
//
//	W₀ concat(softmax(qkᵀ/√(width/heads))·v) for q, k, v = W₁h, W₂h, W₃h of each head
//
// Queries, keys and values have layers of their own, because a split has no gradient of the
// gradient.
func selfAttention(scope *model.Scope, h *Node, heads int) *Node {
	tokens, width := h.Shape().Dim(1), h.Shape().Dim(2)
	// split builds a layer of h as [batch, heads, tokens, width/heads].
	split := func(layer *model.Scope) *Node {
		y := Reshape(linear(layer, h, width), -1, tokens, heads, width/heads)
		return TransposeAllAxes(y, 0, 2, 1, 3)
	}
	query, key, value := split(scope.At("query")), split(scope.At("key")), split(scope.At("value"))
	query = MulScalar(query, 1/math.Sqrt(float64(width/heads)))
	weights := softmax(Einsum("bhqd,bhkd->bhqk", query, key))
	attended := Einsum("bhqk,bhkd->bhqd", weights, value)
	merged := Reshape(TransposeAllAxes(attended, 0, 2, 1, 3), -1, tokens, width)
	return linear(scope.At("outer"), merged, width)
}
