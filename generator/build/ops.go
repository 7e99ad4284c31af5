package build

import (
	"bufio"
	"errors"
	"io"
	"os"
)

// ask gives a test the chance to fail what comes next.
func (d *Dir) ask(op, path string) error {
	if d.fault == nil {
		return nil
	}
	return d.fault(op, path)
}

func (d *Dir) rename(from, to string) error {
	if err := d.ask("rename", to); err != nil {
		return err
	}
	return d.root.Rename(from, to)
}

func (d *Dir) link(from, to string) error {
	if err := d.ask("link", to); err != nil {
		return err
	}
	return d.root.Link(from, to)
}

func (d *Dir) mkdir(path string, mode os.FileMode) error {
	if err := d.ask("mkdir", path); err != nil {
		return err
	}
	return d.root.Mkdir(path, mode)
}

func (d *Dir) remove(path string) error {
	if err := d.ask("remove", path); err != nil {
		return err
	}
	return d.root.Remove(path)
}

func (d *Dir) removeAll(path string) error {
	if err := d.ask("remove", path); err != nil {
		return err
	}
	return d.root.RemoveAll(path)
}

func (d *Dir) writeFile(path string, content []byte) error {
	if err := d.ask("write", path); err != nil {
		return err
	}
	return writeNew(d.root, path, content)
}

// writeNew makes a file that must not exist.
func writeNew(dir *os.Root, name string, content []byte) error {
	f, err := dir.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}

// streamNew makes a file that must not exist of what write writes.
func streamNew(dir *os.Root, name string, write func(io.Writer) error) error {
	f, err := dir.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	b := bufio.NewWriterSize(f, 64<<10)
	if err = write(b); err == nil {
		err = b.Flush()
	}
	return errors.Join(err, f.Close())
}
