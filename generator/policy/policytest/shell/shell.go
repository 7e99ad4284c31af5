// Package shell runs a rendered script away from the machine: an interpreter
// of POSIX shell reads it as sh would, and what it calls are models of the
// real programs. It opens no file of the machine and starts no process.
package shell

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

// Program is the model of a program. Status is its exit status; an error is
// what the real one refuses, and ends the script.
type Program func(args []string, in string) (out string, status int, err error)

// Machine is what a script sees. Programs of other names are an error.
type Machine struct {
	Programs map[string]Program
	// Files are the files there are, by path.
	Files map[string]string

	mu sync.Mutex
}

// Run runs a script and returns what it printed. An error of a program, and of
// the language, names the line.
func (m *Machine) Run(script string, args ...string) (string, error) {
	file, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(script), "")
	if err != nil {
		var at syntax.ParseError
		if errors.As(err, &at) {
			return "", fmt.Errorf("line %d: %s", at.Pos.Line(), at.Text)
		}
		var other syntax.LangError
		if errors.As(err, &other) {
			return "", fmt.Errorf("line %d: %w", other.Pos.Line(), other)
		}
		return "", err
	}
	// What waits in the background, a way back, ends with the script.
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var out, problems safeBuffer
	r, err := interp.New(
		interp.StdIO(strings.NewReader(""), &out, &problems),
		interp.Env(expand.ListEnviron("PATH=/usr/sbin:/usr/bin")),
		interp.Params(append([]string{"--"}, args...)...),
		interp.ExecHandlers(func(interp.ExecHandlerFunc) interp.ExecHandlerFunc { return m.exec }),
		interp.OpenHandler(m.open),
		interp.StatHandler(m.stat),
	)
	if err != nil {
		return "", err
	}
	if err := r.Run(ctx, file); err != nil {
		return out.String(), fmt.Errorf("%w%s", err, problems.String())
	}
	return out.String(), nil
}

func (m *Machine) exec(ctx context.Context, args []string) error {
	h := interp.HandlerCtx(ctx)
	in, err := io.ReadAll(h.Stdin)
	if err != nil {
		return err
	}
	out, status, err := m.call(ctx, args, string(in))
	if err != nil {
		return fmt.Errorf("line %d: %s: %w", h.Pos.Line(), args[0], err)
	}
	if _, err := io.WriteString(h.Stdout, out); err != nil {
		return err
	}
	if status != 0 {
		return interp.ExitStatus(status)
	}
	return nil
}

func (m *Machine) call(ctx context.Context, args []string, in string) (string, int, error) {
	if args[0] == "sleep" {
		<-ctx.Done()
		return "", 1, nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	switch args[0] {
	case "cat":
		if len(args) != 2 {
			return "", 1, errors.New("wants a file")
		}
		text, ok := m.Files[args[1]]
		if !ok {
			return "", 1, nil
		}
		return text, 0, nil
	case "rm":
		if len(args) != 3 || args[1] != "-f" {
			return "", 1, errors.New("wants -f and a file")
		}
		delete(m.Files, args[2])
		return "", 0, nil
	case "grep":
		return grep(args[1:], in)
	}
	program := m.Programs[args[0]]
	if program == nil {
		return "", 127, errors.New("not found")
	}
	return program(args[1:], in)
}

// grep counts the lines that do not begin with a text.
func grep(args []string, in string) (string, int, error) {
	if len(args) != 2 || args[0] != "-cv" || !strings.HasPrefix(args[1], "^") {
		return "", 2, fmt.Errorf("unknown use: %q", args)
	}
	n := 0
	for line := range strings.Lines(in) {
		if !strings.HasPrefix(line, args[1][1:]) {
			n++
		}
	}
	status := 0
	if n == 0 {
		status = 1
	}
	return strconv.Itoa(n) + "\n", status, nil
}

func (m *Machine) open(_ context.Context, path string, flag int, _ os.FileMode) (io.ReadWriteCloser, error) {
	if path == "/dev/null" {
		return nothing{}, nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if flag&(os.O_WRONLY|os.O_RDWR) == 0 {
		text, ok := m.Files[path]
		if !ok {
			return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
		}
		return &content{m: m, Buffer: bytes.NewBufferString(text)}, nil
	}
	if m.Files == nil {
		m.Files = map[string]string{}
	}
	if flag&os.O_APPEND == 0 {
		m.Files[path] = ""
	}
	return &content{m: m, path: path, Buffer: new(bytes.Buffer)}, nil
}

func (m *Machine) stat(_ context.Context, path string, _ bool) (fs.FileInfo, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if text, ok := m.Files[path]; ok {
		return info{path, int64(len(text))}, nil
	}
	return nil, &fs.PathError{Op: "stat", Path: path, Err: fs.ErrNotExist}
}

// content is an open file; written if it has a path.
type content struct {
	m    *Machine
	path string
	*bytes.Buffer
}

func (c *content) Close() error {
	if c.path != "" {
		c.m.mu.Lock()
		defer c.m.mu.Unlock()
		c.m.Files[c.path] += c.String()
		c.path = ""
	}
	return nil
}

type nothing struct{}

func (nothing) Read([]byte) (int, error)    { return 0, io.EOF }
func (nothing) Write(b []byte) (int, error) { return len(b), nil }
func (nothing) Close() error                { return nil }

type info struct {
	name string
	size int64
}

func (i info) Name() string     { return i.name }
func (i info) Size() int64      { return i.size }
func (info) Mode() fs.FileMode  { return 0o600 }
func (info) ModTime() time.Time { return time.Time{} }
func (info) IsDir() bool        { return false }
func (info) Sys() any           { return nil }

// safeBuffer is written by what runs in the background as well.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(b)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
