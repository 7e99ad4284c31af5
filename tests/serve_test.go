package tests

import (
	"bufio"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestServe runs the preview as somebody who edits: a page, the same page
// after an edit, and a fault that is told while the last good page stays.
func TestServe(t *testing.T) {
	dir := source(t, "", "", "")
	cmd := exec.Command(program, "serve", "-s", dir, "--addr", "127.0.0.1:0")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-done
	})
	lines := make(chan string, 100)
	go func() {
		for text := bufio.NewScanner(stderr); text.Scan(); {
			lines <- text.Text()
		}
		done <- cmd.Wait()
	}()
	told := func(form string) string {
		t.Helper()
		find := regexp.MustCompile(form)
		for until := time.After(20 * time.Second); ; {
			select {
			case line := <-lines:
				if text := find.FindString(line); text != "" {
					return text
				}
			case <-until:
				t.Fatalf("%q is not told", form)
			}
		}
	}
	url := told(`http://[0-9.:]+`)
	wait := func(path, want string) {
		t.Helper()
		var text string
		for until := time.Now().Add(20 * time.Second); time.Now().Before(until); time.Sleep(50 * time.Millisecond) {
			if text = get(t, url+path); strings.Contains(text, want) {
				return
			}
		}
		t.Fatalf("%s does not show %q:\n%s", path, want, text)
	}
	wait("/products/ship/", "tcp/443")
	edit(t, filepath.Join(dir, ship), `"tcp/443"`, `"tcp/8443"`)
	wait("/products/ship/", "tcp/8443")
	edit(t, filepath.Join(dir, ship), `need = "required"`, `need = "requird"`)
	told(`ship\.toml:\d+:\d+: error: .*requird`)
	wait("/products/ship/", "tcp/8443")
	edit(t, filepath.Join(dir, ship), `need = "requird"`, `need = "required"`)
	wait("/products/ship/", "tcp/8443")
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-done:
		done <- nil
		if err != nil {
			t.Errorf("after an interrupt: %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Error("an interrupt does not end it")
	}
}

func get(t *testing.T, url string) string {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
