//go:build cgo && !noxla && linux

package backend

/*
#include <malloc.h>

static void keep_memory(void) {
#ifdef __GLIBC__
	mallopt(M_MMAP_MAX, 0);        // Take large blocks from the heap, too,
	mallopt(M_TRIM_THRESHOLD, -1); // and never shrink the heap.
#endif
}

static void return_memory(void) {
#ifdef __GLIBC__
	malloc_trim(0);
#endif
}
*/
import "C"

import "sync/atomic"

// keepsMemory is true once KeepMemory was called.
var keepsMemory atomic.Bool

// KeepMemory makes the C library keep freed memory, for the whole process and until its end: it
// sets glibc's M_MMAP_MAX and M_TRIM_THRESHOLD. Call it before XLA is first used.
//
// XLA allocates its intermediate results in each call. Without KeepMemory, glibc returns results of
// more than 32 MB to the system after the call, and the system clears the pages again for the next
// call. That is half of the time of a training step of width 128 and batch 4,096. Results of 64 MB
// and more may still be returned, because glibc's heaps are limited to that size in all threads but
// the first. (A single heap for all threads has no such limit, but slows smaller steps by an
// eighth, because the threads wait for each other.)
func KeepMemory() {
	keepsMemory.Store(true)
	C.keep_memory()
}

// ReturnMemory returns the unused memory that the C library keeps because of [KeepMemory] to the
// system. It does nothing in a process that did not call KeepMemory. After a training, unused
// memory is most of what the process holds: XLA's compiler takes about 200 MB, in several threads
// with a heap each.
func ReturnMemory() {
	if keepsMemory.Load() {
		C.return_memory()
	}
}
