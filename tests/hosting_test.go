package tests

import (
	"compress/gzip"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestHosting serves our site with the servers of the guide, set up as it
// says, and holds what they answer: the headers, the kinds of file, and that
// frames are allowed for tables alone.
func TestHosting(t *testing.T) {
	guide := read(t, filepath.Join("..", "content", "guides", "publishing.md"))
	block := func(t *testing.T, language string) string {
		t.Helper()
		_, rest, ok := strings.Cut(guide, "\n```"+language+"\n")
		text, _, end := strings.Cut(rest, "\n```\n")
		if !ok || !end {
			t.Fatalf("the guide has nothing for %s", language)
		}
		return strings.ReplaceAll(text, "/srv/ports", ours.dir)
	}
	for _, server := range []struct {
		name  string
		start func(t *testing.T, dir, address string) *exec.Cmd
	}{
		{"nginx", func(t *testing.T, dir, address string) *exec.Cmd {
			text := strings.Replace(block(t, "nginx"), "listen 80;", "listen "+address+";", 1)
			var temporary strings.Builder
			for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
				fmt.Fprintf(&temporary, "%s_temp_path %s;\n", kind, filepath.Join(dir, kind))
			}
			config := place(t, dir, "nginx.conf", "daemon off;\npid "+dir+"/pid;\nerror_log stderr warn;\n"+asRoot("user root;\n")+
				"events {}\nhttp {\naccess_log off;\ninclude /etc/nginx/mime.types;\n"+temporary.String()+text+"\n}\n")
			return exec.Command(tool(t, "nginx", "/usr/sbin/nginx"), "-e", "stderr", "-c", config)
		}},
		{"apache", func(t *testing.T, dir, address string) *exec.Cmd {
			var modules strings.Builder
			for _, name := range []string{"mpm_event", "authz_core", "unixd", "dir", "mime", "headers", "filter", "deflate"} {
				file := "/usr/lib/apache2/modules/mod_" + name + ".so"
				if _, err := os.Stat(file); err == nil { // unixd is built in on some
					fmt.Fprintf(&modules, "LoadModule %s_module %s\n", name, file)
				}
			}
			config := place(t, dir, "httpd.conf", "ServerRoot "+dir+"\nServerName localhost\nListen "+address+"\nPidFile "+dir+"/pid\nErrorLog /dev/stderr\nDefaultRuntimeDir "+dir+"\n"+
				modules.String()+asRoot("User www-data\nGroup www-data\n")+"TypesConfig /etc/mime.types\nDocumentRoot "+ours.dir+"\n<Directory />\nRequire all granted\nAllowOverride None\n</Directory>\n"+block(t, "apache")+"\n")
			return exec.Command(tool(t, "apache2", "/usr/sbin/apache2", "httpd"), "-f", config, "-DFOREGROUND")
		}},
		{"caddy", func(t *testing.T, dir, address string) *exec.Cmd {
			config := place(t, dir, "Caddyfile", "{\nadmin off\nauto_https off\n}\n"+strings.Replace(block(t, "caddyfile"), ":80 {", "http://"+address+" {", 1)+"\n")
			cmd := exec.Command(tool(t, "caddy"), "run", "--config", config, "--adapter", "caddyfile")
			cmd.Env = append(os.Environ(), "HOME="+dir, "XDG_CONFIG_HOME="+dir, "XDG_DATA_HOME="+dir)
			return cmd
		}},
	} {
		t.Run(server.name, func(t *testing.T) {
			dir := t.TempDir()
			for at := dir; at != "/" && at != os.TempDir(); at = filepath.Dir(at) { // servers change their user
				if err := os.Chmod(at, 0o755); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.Chmod(filepath.Dir(ours.dir), 0o755); err != nil {
				t.Fatal(err)
			}
			address := freeAddress(t)
			cmd := server.start(t, dir, address)
			var said strings.Builder
			cmd.Stdout, cmd.Stderr = &said, &said
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			defer func() {
				_ = cmd.Process.Signal(os.Interrupt)
				_ = cmd.Wait()
				if t.Failed() {
					t.Log(said.String())
				}
			}()
			served(t, "http://"+address)
		})
	}
}

// served holds what a server answers.
func served(t *testing.T, base string) {
	hashed := regexp.MustCompile(`assets/style\.[0-9a-f]{8}\.css`).FindString(strings.Join(files(t, ours.dir, ".css"), " "))
	for _, want := range []struct {
		path, kind, frames string
		status             int
		kept               bool
	}{
		{"", "text/html", "'self'", 200, false},
		{"index.html", "text/html", "'self'", 200, false},
		{"products/liquidfiles/", "text/html", "'self'", 200, false},
		{"products/liquidfiles/embed/index.html", "text/html", "*", 200, false},
		{"products/liquidfiles/table.csv", "text/csv", "'self'", 200, false},
		{"api/v1/products/liquidfiles.json", "application/json", "'self'", 200, false},
		{hashed, "text/css", "'self'", 200, true},
		{"favicon.svg", "image/svg+xml", "'self'", 200, false},
		{"nowhere/at/all.html", "text/html", "'self'", 404, false},
	} {
		answer, body := fetch(t, base+"/"+want.path) //nolint:bodyclose // fetch has closed it
		h := answer.Header
		if answer.StatusCode != want.status {
			t.Errorf("/%s: %s", want.path, answer.Status)
		}
		kind, params, err := mime.ParseMediaType(h.Get("Content-Type"))
		if err != nil || kind != want.kind {
			t.Errorf("/%s is %q, want %s", want.path, h.Get("Content-Type"), want.kind)
		}
		if c := params["charset"]; c != "" && !strings.EqualFold(c, "utf-8") {
			t.Errorf("/%s is in %s", want.path, c)
		}
		if want.status == 404 && !strings.Contains(body, "No page of this site has that address") && !strings.Contains(body, "Not found") {
			t.Errorf("/%s: another page for what is not found: %.200s", want.path, body)
		}
		for name, value := range map[string]string{
			"Content-Security-Policy":     "frame-ancestors " + want.frames,
			"X-Content-Type-Options":      "nosniff",
			"Referrer-Policy":             "strict-origin-when-cross-origin",
			"Access-Control-Allow-Origin": "*",
		} {
			if got := h.Values(name); len(got) != 1 || got[0] != value {
				if want.status == 404 && name == "Content-Security-Policy" && len(got) == 1 {
					continue // of an error page servers see either address
				}
				t.Errorf("/%s: %s: %q, want %q", want.path, name, got, value)
			}
		}
		if h.Get("Permissions-Policy") == "" {
			t.Errorf("/%s has no Permissions-Policy", want.path)
		}
		if want.status == 200 && strings.Contains(h.Get("Cache-Control"), "immutable") != want.kept {
			t.Errorf("/%s: Cache-Control: %q", want.path, h.Get("Cache-Control"))
		}
		if want.kind == "text/html" && want.status == 200 && h.Get("Content-Encoding") != "gzip" {
			t.Errorf("/%s is not compressed", want.path)
		}
	}
}

// fetch gets an address as a browser does, and waits for a server that starts.
func fetch(t *testing.T, url string) (*http.Response, string) {
	t.Helper()
	for try := 0; ; try++ {
		request, err := http.NewRequest(http.MethodGet, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Accept-Encoding", "gzip")
		answer, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			if try == 100 {
				t.Fatal(err)
			}
			time.Sleep(100 * time.Millisecond)
			continue
		}
		body, err := io.ReadAll(plain(t, answer))
		answer.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		return answer, string(body)
	}
}

// plain is an answer's body, unpacked.
func plain(t *testing.T, answer *http.Response) io.Reader {
	t.Helper()
	if answer.Header.Get("Content-Encoding") != "gzip" {
		return answer.Body
	}
	r, err := gzip.NewReader(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// freeAddress is one that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// place writes a file and returns its name.
func place(t *testing.T, dir, name, text string) string {
	t.Helper()
	name = filepath.Join(dir, name)
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

// asRoot is the text where the tests run as root.
func asRoot(text string) string {
	if os.Geteuid() == 0 {
		return text
	}
	return ""
}
