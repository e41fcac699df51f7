package pebble

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"strings"

	"github.com/cockroachdb/errors/oserror"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// A closed directory is sealed: the file CLOSED lists the files of the database as Close left them. The next opening
// compares, because Pebble takes a log or a manifest that ends early for one that a crash cut off, and would go on
// without what came after: acknowledged data. A directory that was not closed has no seal, and there is nothing to
// compare with.
//
// The seal holds while the directory is locked, and is gone from the disk before anything is changed.

// seal is the content of the file CLOSED: the database's files by name.
type seal map[string]sealed

// sealed is a file: its length, and the CRC-32C of its content. Tables have no sum here: they carry their own, block
// by block, and are too long to be read at each start.
type sealed struct {
	Bytes  int64
	CRC32C uint32
}

const sealName = "CLOSED"

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// takeSeal reads the files of the database.
func takeSeal(fs vfs.FS, db string) (seal, error) {
	names, err := fs.List(db)
	if err != nil {
		return nil, err
	}
	files := seal{}
	for _, name := range names {
		if name == "LOCK" {
			continue
		}
		if files[name], err = sealFile(fs, fs.PathJoin(db, name)); err != nil {
			return nil, err
		}
	}
	return files, nil
}

func sealFile(fs vfs.FS, path string) (sealed, error) {
	info, err := fs.Stat(path)
	if err != nil {
		return sealed{}, err
	}
	s := sealed{Bytes: info.Size()}
	if strings.HasSuffix(path, ".sst") {
		return s, nil
	}
	f, err := fs.Open(path)
	if err != nil {
		return sealed{}, err
	}
	defer f.Close()
	sum := crc32.New(castagnoli)
	if _, err := io.Copy(sum, f); err != nil {
		return sealed{}, err
	}
	s.CRC32C = sum.Sum32()
	return s, nil
}

// breakSeal compares the files of a database with the directory's seal, if it has one, and removes the seal. The
// error is ErrCorrupt and names the file if they differ; then the seal stays.
func breakSeal(fs vfs.FS, dir, db string) error {
	name := fs.PathJoin(dir, sealName)
	f, err := fs.Open(name)
	if oserror.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	text, err := io.ReadAll(f)
	f.Close()
	if err != nil {
		return err
	}
	var want seal
	if err := json.Unmarshal(text, &want); err != nil {
		return fmt.Errorf("%w: the file %s: %w", ErrCorrupt, name, err)
	}
	if err := want.compare(fs, db); err != nil {
		return err
	}
	if err := fs.Remove(name); err != nil {
		return err
	}
	return syncDir(fs, dir)
}

// compare reports the first file that is not what it was. Files that came to it do no harm.
func (want seal) compare(fs vfs.FS, db string) error {
	for name, w := range want {
		path := fs.PathJoin(db, name)
		got, err := sealFile(fs, path)
		switch {
		case oserror.IsNotExist(err):
			return fmt.Errorf("%w: the file %s is missing", ErrCorrupt, path)
		case err != nil:
			return err
		case got.Bytes != w.Bytes:
			return fmt.Errorf("%w: the file %s has %d bytes, it was closed with %d", ErrCorrupt, path, got.Bytes, w.Bytes)
		case got != w:
			return fmt.Errorf("%w: the file %s has changed since it was closed", ErrCorrupt, path)
		}
	}
	return nil
}

// write seals the directory of a database that is closed.
func (files seal) write(fs vfs.FS, dir string) error {
	text, err := json.Marshal(files)
	if err != nil {
		return err
	}
	return writeFile(fs, dir, fs.PathJoin(dir, sealName), append(text, '\n'))
}
