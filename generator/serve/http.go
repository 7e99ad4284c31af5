package serve

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"
)

// own is the folder of what the preview adds to the site.
const own = "/-/"

//go:embed reload.js
var reloadJS []byte

//go:embed reload.css
var reloadCSS []byte

//go:embed fault.html
var faultText string

var faultPage = template.Must(template.New("fault").Parse(faultText))

// ServeHTTP answers for a file of the site, or for one of the preview's own.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-cache")
	h.Set("X-Content-Type-Options", "nosniff")
	switch {
	case !s.allowed(r.Host):
		// A foreign name that resolves to this machine would let a foreign page read the preview.
		http.Error(w, "this preview answers to localhost and to addresses only", http.StatusForbidden)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD", http.StatusMethodNotAllowed)
	case r.URL.Path == own+"events":
		s.events(w, r)
	case r.URL.Path == own+"reload.js":
		write(w, r, http.StatusOK, contentType("reload.js", nil), reloadJS)
	case r.URL.Path == own+"reload.css":
		write(w, r, http.StatusOK, contentType("reload.css", nil), reloadCSS)
	default:
		s.file(w, r)
	}
}

// allowed tells whether a Host header names this machine by localhost, by an address or as it was configured.
func (s *Server) allowed(hostport string) bool {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	host = strings.TrimSuffix(host, ".")
	if strings.EqualFold(host, "localhost") || host != "" && strings.EqualFold(host, s.host) {
		return true
	}
	_, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil
}

// file answers for a file of the site.
func (s *Server) file(w http.ResponseWriter, r *http.Request) {
	st := s.settled(r.Context())
	switch {
	case st == nil:
		http.Error(w, "the preview has ended", http.StatusServiceUnavailable)
		return
	case st.good == nil:
		s.fault(w, r, http.StatusServiceUnavailable, faultView{Title: "The data is wrong", State: st.id, Faults: st.faults, More: st.more})
		return
	}
	name := strings.TrimPrefix(r.URL.Path, "/")
	if name == "" || strings.HasSuffix(name, "/") {
		name += "index.html"
	}
	if o := st.good.find(name); o != nil {
		p, err := s.pages.get(r.Context(), st.good, o)
		if err != nil {
			s.broken(w, r, st.good, err)
			return
		}
		s.send(w, r, http.StatusOK, st.good, p)
	} else if st.good.find(name+"/index.html") != nil {
		to := url.URL{Path: "/" + name + "/", RawQuery: r.URL.RawQuery}
		http.Redirect(w, r, to.String(), http.StatusTemporaryRedirect)
	} else {
		s.notFound(w, r, st.good)
	}
}

// settled returns the state, once there is one; nil: the request or the preview ended before.
func (s *Server) settled(ctx context.Context) *state {
	for {
		st, changed := s.live.now()
		if st != nil {
			return st
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil
		case <-s.done:
			return nil
		}
	}
}

// send answers with a rendered file; a page gets the script that reloads it.
func (s *Server) send(w http.ResponseWriter, r *http.Request, status int, e *edition, p *page) {
	content, tag := p.content, p.sum
	if p.hook >= 0 {
		hook := fmt.Sprintf(`<script src="%sreload.js" data-build="%s"></script>`, own, e.id)
		content = bytes.Join([][]byte{content[:p.hook], []byte(hook), content[p.hook:]}, nil)
		tag += "-" + e.id
	}
	kind := contentType(p.path, p.content)
	if status != http.StatusOK {
		write(w, r, status, kind, content)
		return
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("ETag", `"`+tag+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}

// notFound answers with the site's own page for that. It is made for the root, and shown wherever it is asked for.
func (s *Server) notFound(w http.ResponseWriter, r *http.Request, e *edition) {
	o := e.find("404.html")
	if o == nil {
		http.NotFound(w, r)
		return
	}
	p, err := s.pages.get(r.Context(), e, o)
	if err != nil {
		s.broken(w, r, e, err)
		return
	}
	moved := &page{version: p.version, content: fromRoot(p.content)}
	moved.hook = endOfBody(moved.content)
	s.send(w, r, http.StatusNotFound, e, moved)
}

// broken answers for a page that could not be rendered.
func (s *Server) broken(w http.ResponseWriter, r *http.Request, e *edition, err error) {
	if r.Context().Err() != nil && errors.Is(err, r.Context().Err()) {
		return // Nobody waits for the answer.
	}
	s.logf("error: %v\n", err)
	s.fault(w, r, http.StatusInternalServerError, faultView{Title: "This page could not be rendered", Build: e.id,
		Faults: []fault{{Severity: "error", Text: err.Error()}}})
}

type faultView struct {
	Title, Build string
	// State, if set, has the page reload itself when it is no longer the present one.
	State  string
	Faults []fault
	More   int
}

// fault answers with a page of the preview's own.
func (s *Server) fault(w http.ResponseWriter, r *http.Request, status int, v faultView) {
	var b bytes.Buffer
	if err := faultPage.Execute(&b, v); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	write(w, r, status, "text/html; charset=utf-8", b.Bytes())
}

func write(w http.ResponseWriter, r *http.Request, status int, kind string, content []byte) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(content)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(content)
	}
}

// contentTypes are the types that a plain file server would not agree upon, by extension. What is meant to be read or
// copied and has no type of its own is plain text, so that a browser shows it.
var contentTypes = map[string]string{
	".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".xml": "text/xml", ".txt": "text/plain",
	".md": "text/markdown", ".csv": "text/csv", ".tsv": "text/tab-separated-values", ".svg": "image/svg+xml",
	".json": "application/json", ".toml": "application/toml", ".webmanifest": "application/manifest+json",
	".wasm": "application/wasm", ".zip": "application/zip", ".png": "image/png", ".ico": "image/x-icon",
	".woff2": "font/woff2", ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

// contentType returns the type of a file. One without a known extension is told by what it holds: text or not.
func contentType(name string, content []byte) string {
	kind, ok := contentTypes[path.Ext(name)]
	if !ok {
		if kind = http.DetectContentType(content); kind != "application/octet-stream" {
			kind = "text/plain"
		}
	}
	if strings.HasPrefix(kind, "text/") || kind == "image/svg+xml" || kind == "application/toml" {
		kind += "; charset=utf-8"
	}
	return kind
}
