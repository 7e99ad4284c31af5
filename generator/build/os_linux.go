package build

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// lockFolder takes the lock of an open folder, which ends with the process at the latest.
func lockFolder(dir *os.File) error {
	err := unix.Flock(int(dir.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	switch {
	case errors.Is(err, unix.EWOULDBLOCK):
		return ErrBusy
	case err != nil:
		return errors.ErrUnsupported
	}
	return nil
}

// changed returns when the file's content or name last changed, which nobody can set back.
func changed(fi fs.FileInfo) int64 {
	if st, ok := fi.Sys().(*syscall.Stat_t); ok {
		return max(st.Ctim.Nano(), fi.ModTime().UnixNano())
	}
	return fi.ModTime().UnixNano()
}

// flush brings all that was written to the folder's file system onto the disk.
func flush(dir *os.File) error { return unix.Syncfs(int(dir.Fd())) }
