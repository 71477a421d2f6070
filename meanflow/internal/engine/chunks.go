package engine

import (
	"errors"
	"fmt"
	"math/bits"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/tensors"
)

// ChunkSize returns the number of rows in a call of the engine: 8,192, or fewer if rows or results
// have more than 784 numbers. It keeps intermediate results in the processor's caches, and bounds
// their memory for any number of rows.
func ChunkSize(dim int) int {
	rows := 8192
	for rows > 64 && rows*dim > 8192*784 {
		rows /= 2
	}
	return rows
}

// InChunks writes to out [n][outDim], flat, what call returns for rows [n][dim], flat. call takes a
// tensor [k, dim] and returns one [k, outDim], float32. out may be rows if the dimensions are
// equal. Each new k compiles a graph, so InChunks pads the last chunk to a power of two.
func InChunks[T float32 | float64](
	out []T, rows []float32, outDim, dim int,
	call func(x *tensors.Tensor) (*tensors.Tensor, error),
) error {
	size := ChunkSize(max(dim, outDim))
	for len(rows) > 0 {
		n := min(size, len(rows)/dim)
		x := tensors.FromShape(shapes.Make(dtypes.Float32, 1<<bits.Len(uint(n-1)), dim))
		tensors.MustMutableFlatData(x, func(flat []float32) { copy(flat, rows[:n*dim]) })
		result, err := call(x)
		if err != nil {
			return err
		}
		want := shapes.Make(dtypes.Float32, x.Shape().Dim(0), outDim)
		if !result.Shape().Equal(want) {
			return fmt.Errorf("a graph returns %s, want %s", result.Shape(), want)
		}
		tensors.MustConstFlatData(result, func(flat []float32) {
			for i, x := range flat[:n*outDim] {
				out[i] = T(x)
			}
		})
		if err := errors.Join(x.FinalizeAll(), result.FinalizeAll()); err != nil {
			return err
		}
		rows, out = rows[n*dim:], out[n*outDim:]
	}
	return nil
}
