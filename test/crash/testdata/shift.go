package time

import (
	"sync"
	"sync/atomic"
	"syscall"
	"unsafe"
)

// wallShift returns by how many seconds the wall clock is set wrong: the number at the beginning of the file that
// CRASH_CLOCK names, in the machine's byte order. The monotonic clock is never set.
func wallShift() int64 { return atomic.LoadInt64(shiftAt()) }

var shiftAt = sync.OnceValue(func() *int64 {
	path, ok := syscall.Getenv("CRASH_CLOCK")
	if !ok {
		return new(int64)
	}
	file, err := syscall.Open(path, syscall.O_RDONLY, 0)
	if err != nil {
		panic("CRASH_CLOCK: " + path + ": " + err.Error())
	}
	shared, err := syscall.Mmap(file, 0, int(unsafe.Sizeof(int64(0))), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		panic("CRASH_CLOCK: " + path + ": " + err.Error())
	}
	return (*int64)(unsafe.Pointer(&shared[0]))
})
