package site

import (
	"sync"
	"weak"
)

// recall returns a function that makes a value when it is first asked for and
// returns the same one until memory is short. Outputs that share what they are
// made from stand side by side in a plan, so that it is seldom made twice, and
// what a build is done with is let go.
func recall[T any](produce func() *T) func() *T {
	var mu sync.Mutex
	var last weak.Pointer[T]
	return func() *T {
		mu.Lock()
		defer mu.Unlock()
		if v := last.Value(); v != nil {
			return v
		}
		v := produce()
		last = weak.Make(v)
		return v
	}
}
