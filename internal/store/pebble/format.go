package pebble

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/cockroachdb/errors/oserror"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// formatVersion is the version of the layout of a data directory, as the file FORMAT holds it.
const formatVersion = 1

const formatText = "cogstep data directory, format "

// checkFormat reads the file FORMAT of dir, or writes it if dir is new. It comes before anything else is touched.
func checkFormat(fs vfs.FS, dir string) error {
	name := fs.PathJoin(dir, "FORMAT")
	f, err := fs.Open(name)
	if oserror.IsNotExist(err) {
		if _, err := fs.Stat(fs.PathJoin(dir, "db")); err == nil {
			return fmt.Errorf("%w: the file FORMAT is missing", ErrCorrupt)
		}
		return writeFormat(fs, dir, name)
	}
	if err != nil {
		return err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, 256))
	if err != nil {
		return err
	}
	digits, ok := strings.CutPrefix(strings.TrimSpace(string(b)), formatText)
	v, err := strconv.Atoi(digits)
	switch {
	case !ok || err != nil || v < 1:
		return fmt.Errorf("%w: the file FORMAT says %q", ErrCorrupt, b)
	case v > formatVersion:
		return fmt.Errorf("%w: directory has format %d, this program knows %d", ErrNewerFormat, v, formatVersion)
	}
	return nil
}

// writeFormat makes dir and its file FORMAT.
func writeFormat(fs vfs.FS, dir, name string) error {
	if err := fs.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := writeFile(fs, dir, name, fmt.Appendf(nil, "%s%d\n", formatText, formatVersion)); err != nil {
		return err
	}
	return syncDir(fs, fs.PathDir(dir)) // the name of the directory
}

// writeFile makes the file name in dir durable. It gets its name when it is complete and synced.
func writeFile(fs vfs.FS, dir, name string, content []byte) error {
	f, err := fs.Create(name+".new", vfs.WriteCategoryUnspecified)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	if err := fs.Rename(name+".new", name); err != nil {
		return err
	}
	return syncDir(fs, dir)
}

// syncDir makes the names in dir durable.
func syncDir(fs vfs.FS, dir string) error {
	h, err := fs.OpenDir(dir)
	if err != nil {
		return err
	}
	err = h.Sync()
	if cerr := h.Close(); err == nil {
		err = cerr
	}
	return err
}
