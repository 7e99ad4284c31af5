package readers

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// scripts holds shell scripts against the shell that they name and against
// ShellCheck, which must have no error and no warning; remarks on style it may,
// and on words that are split on purpose.
func scripts(t testing.TB, texts []string) []error {
	t.Helper()
	check := program(t, "shellcheck")
	shells := map[string]string{"#!/bin/sh": program(t, "sh"), "#!/bin/bash": program(t, "bash"), "#!/usr/bin/env bash": program(t, "bash")}
	dir := t.TempDir()
	out := make([]error, len(texts))
	parallel(len(texts), func(i int) {
		line, _, _ := strings.Cut(texts[i], "\n")
		shell, ok := shells[line]
		if !ok {
			out[i] = fmt.Errorf("the first line names no shell: %q", line)
			return
		}
		file := filepath.Join(dir, strconv.Itoa(i))
		if out[i] = os.WriteFile(file, []byte(texts[i]), 0o600); out[i] != nil {
			return
		}
		if said, err := exec.Command(shell, "-n", file).CombinedOutput(); err != nil {
			out[i] = fmt.Errorf("%s -n: %s", filepath.Base(shell), bytes.TrimSpace(said))
			return
		}
		out[i] = shellcheck(check, file)
	})
	return out
}

func shellcheck(program, file string) error {
	said, err := exec.Command(program, "--norc", "--severity=warning", "--format=json", file).Output()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) { // 1: it has something to say
		return failure(err)
	}
	var remarks []struct {
		Line, Code     int
		Level, Message string
	}
	if err := json.Unmarshal(said, &remarks); err != nil {
		return err
	}
	var all []error
	for _, r := range remarks {
		all = append(all, fmt.Errorf("line %d: ShellCheck SC%d (%s): %s", r.Line, r.Code, r.Level, r.Message))
	}
	return errors.Join(all...)
}

//go:embed programs/*.py
var programs embed.FS

// ran runs shell scripts in which one program is real: programs/run.py tells
// how. A script that knows "remove" must then take away what it made.
//
// ufw writes its own folder, and what it wrote is then loaded into the kernel.
// It misses comments that are too long or have a newline.
//
// firewalld itself misses reversed ranges of ports and names of sets beyond the
// kernel's 31 bytes; these are refused here. So is firewall-cmd without
// --permanent: only the daemon could do it.
//
// The AWS CLI holds arguments against the description of the API that comes
// with it: unknown and missing members, wrong types. It misses the limits of
// values: reversed ranges, prefixes with host bits, characters of descriptions.
// Every question finds an empty account, so that a script creates all.
func ran(name string) func(testing.TB, []string) []error {
	needs := map[string]string{"ufw": "ufw", "firewalld": "firewall-offline-cmd", "aws": "aws"}
	return func(t testing.TB, texts []string) []error {
		t.Helper()
		rooted(t)
		program(t, needs[name])
		python := program(t, "python3")
		dir := t.TempDir()
		if err := os.CopyFS(dir, programs); err != nil {
			t.Fatal(err)
		}
		work := filepath.Join(dir, "work")
		if err := os.Mkdir(work, 0o700); err != nil {
			t.Fatal(err)
		}
		order, err := json.Marshal(map[string]any{"program": name, "work": work, "texts": texts})
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(program(t, "unshare"), "--net", python, "-I", filepath.Join(dir, "programs", "run.py"))
		cmd.Stdin = bytes.NewReader(order)
		said, err := cmd.Output()
		if err != nil {
			t.Fatal(name, ": ", failure(err))
		}
		var refusals []string
		if err := json.Unmarshal(said, &refusals); err != nil || len(refusals) != len(texts) {
			t.Fatalf("%s: %d answers to %d texts: %v", name, len(refusals), len(texts), err)
		}
		out := make([]error, len(texts))
		for i, r := range refusals {
			if r != "" {
				out[i] = errors.New(r)
			}
		}
		return out
	}
}
