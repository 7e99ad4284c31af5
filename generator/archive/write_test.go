package archive_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"portolan/generator/archive"
)

func TestWrite(t *testing.T) {
	noise := make([]byte, 4<<10)
	for i := range noise {
		noise[i] = byte(rand.IntN(256))
	}
	files := map[string][]byte{"empty": nil, "noise.bin": noise, "short": []byte("x")}
	names := []string{"empty", "noise.bin", "short"}
	for i := range 100 {
		name := fmt.Sprintf("site/%d/page.html", i)
		files[name], names = []byte(strings.Repeat(name, i)), append(names, name)
	}
	read := func(name string) ([]byte, error) { return files[name], nil }
	var first []byte
	for _, jobs := range []int{0, 1, 2, 7, 200} {
		var b bytes.Buffer
		if err := archive.Write(&b, names, jobs, read); err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = b.Bytes()
		} else if !bytes.Equal(first, b.Bytes()) {
			t.Errorf("%d goroutines make other bytes", jobs)
		}
	}
	z, err := zip.NewReader(bytes.NewReader(first), int64(len(first)))
	if err != nil {
		t.Fatal(err)
	}
	if len(z.File) != len(names) {
		t.Fatalf("%d files of %d", len(z.File), len(names))
	}
	for i, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r) // which holds the checksum against it
		if f.Name != names[i] || err != nil || !bytes.Equal(got, files[f.Name]) {
			t.Errorf("%s for %s: %v, %d bytes of %d", f.Name, names[i], err, len(got), len(files[names[i]]))
		}
		if !f.Modified.IsZero() && f.Modified.Year() > 1980 {
			t.Errorf("%s has a time", f.Name)
		}
	}
	if len(first) > len(noise)+100*200 {
		t.Errorf("%d bytes: nothing is compressed", len(first))
	}
}

func TestWriteTellsOfFilesThatCannotBeRead(t *testing.T) {
	fault := errors.New("torn")
	names := make([]string, 500)
	for i := range names {
		names[i] = fmt.Sprint(i)
	}
	err := archive.Write(io.Discard, names, 4, func(name string) ([]byte, error) {
		if name == "77" {
			return nil, fault
		}
		return []byte(name), nil
	})
	if !errors.Is(err, fault) {
		t.Errorf("it says %v", err)
	}
}
