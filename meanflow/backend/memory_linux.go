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

// keepMemory lets the C library keep memory that was freed. XLA allocates the intermediate results of a call
// anew each time. Without this, more than 32 MB of them go back to the system after the call, which has to clear
// as many pages for the next one: half of the time of a training step of width 128 and batch 4,096. From 64 MB on
// they may still go back, since that is what glibc's heaps hold, of all threads but the first. (A single heap for
// all threads would hold more, but makes smaller steps an eighth slower: the threads wait for it.)
func keepMemory() { C.keep_memory() }

// ReturnMemory gives memory that the C library keeps, and nobody uses, back to the system. After a training that is most
// of what the process holds: XLA's compiler takes some 200 MB on several threads, each with a heap of its own.
func ReturnMemory() { C.return_memory() }
