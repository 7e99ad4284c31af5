// Pack compiles the rule builder to WebAssembly and puts what the site needs of
// it into a folder: the program, compressed, and Go's own support script, which
// must be of the same Go. Names carry a fingerprint of the content, so that
// whoever embeds the folder has nothing to do when it starts.
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"portolan/generator/asset"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: pack MODULE FOLDER")
		os.Exit(2)
	}
	if err := pack(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

// pack compiles the builder of the module in a folder.
func pack(module, folder string) error {
	program, err := compile(module)
	if err != nil {
		return err
	}
	exec, err := support()
	if err != nil || done(folder, program, exec) {
		return err
	}
	packed, err := compress(program)
	if err != nil {
		return err
	}
	return put(folder, map[string][]byte{asset.Fingerprint("builder.wasm", program) + ".gz": packed, asset.Fingerprint("exec.js", exec): exec})
}

// compile builds the program without inlining: it is a fifth smaller, and
// still makes a file of rules in a few milliseconds.
func compile(module string) ([]byte, error) {
	tmp, err := os.MkdirTemp("", "portolan-pack-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(tmp) }()
	overlay, err := embedded(module, tmp)
	if err != nil {
		return nil, err
	}
	name := filepath.Join(tmp, "builder.wasm")
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", "-gcflags=all=-l", "-overlay", overlay, "-o", name, "./generator/builder/wasm")
	cmd.Dir = module
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "GOWASM=", "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w\n%s", err, out)
	}
	return os.ReadFile(name)
}

// embedding is a variable that package embed fills.
var embedding = regexp.MustCompile(`//go:embed (\S+)\n\s*(\w+) string`)

// embedded writes an overlay in which the texts that package verify embeds are
// its constants: package embed brings half of package os with it.
func embedded(module, tmp string) (overlay string, err error) {
	dir, err := filepath.Abs(filepath.Join(module, "generator", "verify"))
	if err != nil {
		return "", err
	}
	source := filepath.Join(dir, "engines.go")
	text, err := os.ReadFile(source)
	if err != nil {
		return "", err
	}
	found := embedding.FindAllSubmatch(text, -1)
	if len(found) == 0 {
		return "", fmt.Errorf("%s embeds nothing", source)
	}
	out := []byte("package verify\n\n")
	for _, m := range found {
		content, err := os.ReadFile(filepath.Join(dir, string(m[1])))
		if err != nil {
			return "", err
		}
		out = fmt.Appendf(out, "const %s = %q\n", m[2], content)
	}
	replaced := filepath.Join(tmp, "engines.go")
	if err := os.WriteFile(replaced, out, 0o666); err != nil {
		return "", err
	}
	list, err := json.Marshal(map[string]any{"Replace": map[string]string{source: replaced}})
	if err != nil {
		return "", err
	}
	overlay = filepath.Join(tmp, "overlay.json")
	return overlay, os.WriteFile(overlay, list, 0o666)
}

// done tells whether the folder holds that program already, of the same Go.
func done(folder string, program, exec []byte) bool {
	for _, name := range []string{asset.Fingerprint("builder.wasm", program) + ".gz", asset.Fingerprint("exec.js", exec)} {
		if _, err := os.Stat(filepath.Join(folder, name)); err != nil {
			return false
		}
	}
	list, err := os.ReadDir(folder)
	return err == nil && len(list) == 2
}

// support is Go's script that runs programs, without what browsers pass over.
// Its notice of copyright stays.
func support() ([]byte, error) {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, err
	}
	src, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(out)), "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return nil, err
	}
	i := bytes.Index(src, []byte("\n\n"))
	if i < 0 || !bytes.Contains(src[:i], []byte("Copyright")) {
		return nil, fmt.Errorf("wasm_exec.js does not begin with its notice")
	}
	small, err := asset.Minify(asset.JavaScript, src)
	return slices.Concat(src[:i], []byte("\n"), small, []byte("\n")), err
}

func compress(program []byte) ([]byte, error) {
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(program); err != nil {
		return nil, err
	}
	err = z.Close()
	return packed.Bytes(), err
}

// put makes the folder hold these files alone.
func put(folder string, files map[string][]byte) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name+".new"), content, 0o644); err != nil {
			return err
		}
		if err := os.Rename(filepath.Join(folder, name+".new"), filepath.Join(folder, name)); err != nil {
			return err
		}
	}
	list, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, e := range list {
		if files[e.Name()] == nil {
			if err := os.Remove(filepath.Join(folder, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}
