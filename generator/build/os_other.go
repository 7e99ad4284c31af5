//go:build !linux && !darwin && !freebsd && !netbsd

package build

import (
	"errors"
	"io/fs"
	"os"
)

// lockFolder leaves it to a lock file.
func lockFolder(*os.File) error { return errors.ErrUnsupported }

// changed returns when the file's content last changed.
func changed(fi fs.FileInfo) int64 { return fi.ModTime().UnixNano() }

// flush does nothing here: there is no call that syncs one file system.
func flush(*os.File) error { return nil }
