//go:build darwin || freebsd || netbsd

package build

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// lockFolder takes the lock of an open folder, which ends with the process at the latest.
func lockFolder(dir *os.File) error {
	err := syscall.Flock(int(dir.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	switch {
	case errors.Is(err, syscall.EWOULDBLOCK):
		return ErrBusy
	case err != nil:
		return errors.ErrUnsupported
	}
	return nil
}

// changed returns when the file's content or name last changed, which nobody can set back.
func changed(fi fs.FileInfo) int64 {
	if st, ok := fi.Sys().(*syscall.Stat_t); ok {
		return max(st.Ctimespec.Nano(), fi.ModTime().UnixNano())
	}
	return fi.ModTime().UnixNano()
}

// flush does nothing here: there is no call that syncs one file system.
func flush(*os.File) error { return nil }
