package serve

import (
	"fmt"
	"net/http"
	"time"
)

const (
	// heartbeat is how often a silent stream says that it is alive; a browser that has gone is noticed by it.
	heartbeat = 15 * time.Second
	// patienceOfWrite is how long a browser may take to accept an event.
	patienceOfWrite = 10 * time.Second
)

// events streams the state, now and whenever it changes, as server-sent events. A browser that is slow misses what has
// passed, never the present.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	if r.Method == http.MethodHead {
		return
	}
	out := http.NewResponseController(w)
	send := func(format string, args ...any) bool {
		_ = out.SetWriteDeadline(time.Now().Add(patienceOfWrite)) // Not every writer has one.
		_, err := fmt.Fprintf(w, format, args...)
		return err == nil && out.Flush() == nil
	}
	if !send("retry: 500\n\n") {
		return
	}
	ticks := time.NewTicker(heartbeat)
	defer ticks.Stop()
	told := ""
	for ok := true; ok; {
		st, changed := s.live.now()
		if st != nil && st.id != told {
			told = st.id
			if !send("event: state\ndata: %s\n\n", st.json) {
				return
			}
		}
		select {
		case <-changed:
		case <-ticks.C:
			ok = send(": alive\n\n")
		case <-r.Context().Done():
			return
		case <-s.done:
			return
		}
	}
}
