//go:build cgo && !noxla && linux

package backend

/*
#include <malloc.h>

static void keep_memory(void) {
#ifdef __GLIBC__
	mallopt(M_MMAP_MAX, 0);        // Large blocks come from the heap, too,
	mallopt(M_TRIM_THRESHOLD, -1); // and the heap does not shrink.
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

var keepsMemory atomic.Bool

// KeepMemory makes the C library keep freed memory, for the whole process and until its end: it
// sets glibc's M_MMAP_MAX and M_TRIM_THRESHOLD. Call it before XLA is first used.
//
// XLA allocates the intermediate results of each call anew. Without KeepMemory, more than 32 MB of
// them go back to the system after the call, which has to clear as many pages for the next one:
// half of the time of a training step of width 128 and batch 4,096. From 64 MB on they may still go
// back, since glibc's heaps hold no more in all threads but the first. (A single heap for all
// threads would hold more, but makes smaller steps an eighth slower: the threads wait for it.)
func KeepMemory() {
	keepsMemory.Store(true)
	C.keep_memory()
}

// ReturnMemory gives memory that the C library keeps because of [KeepMemory], and nobody uses, back
// to the system. It does nothing in a process that did not call KeepMemory. After a training that
// is most of what the process holds: XLA's compiler takes some 200 MB in several threads with a
// heap each.
func ReturnMemory() {
	if keepsMemory.Load() {
		C.return_memory()
	}
}
