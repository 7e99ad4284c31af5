package cli

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// smallHeap is what a site may take in memory for garbage to be collected
// seldom: a fifth of the work of a small build would else be collecting.
const smallHeap = 12 << 20

// collectSeldom lets garbage grow to four times what is in use, as long as
// that is little. GOGC wins.
func collectSeldom() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(400)
	type mark struct{ self *mark }
	var collected func(*mark) // after each collection
	collected = func(m *mark) {
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		if metrics.Read(live); live[0].Value.Uint64() > smallHeap {
			debug.SetGCPercent(100)
			return
		}
		runtime.SetFinalizer(m, collected)
	}
	runtime.SetFinalizer(new(mark), collected)
}
