package localjob

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// folder is the directory of one job. Each file is written once:
//
//	order.json   what is to be run; the folder appears with it
//	lock         held by the supervisor for as long as it lives
//	begun        exists if the job may have begun
//	output       what the job wrote, up to a limit
//	stop         exists if the job is to be stopped, or not to begin
//	ending.json  how it ended
//	told         exists if nobody will ask about the job any more
type folder string

const (
	begun = "begun"
	stop  = "stop"
	told  = "told"

	orderFile  = "order.json"
	lockFile   = "lock"
	outputFile = "output"
	endingFile = "ending.json"
)

// folder returns the folder of a job; ours is false if the name is not one of ours.
func (c *Connector) folder(job string) (f folder, ours bool) {
	name, ours := strings.CutPrefix(job, jobPrefix)
	return folder(filepath.Join(c.dir, filepath.Base(name))), ours
}

func (f folder) name() string            { return filepath.Base(string(f)) }
func (f folder) path(file string) string { return filepath.Join(string(f), file) }

// make creates the folder with its order at once, so that there is never a half of one. If it is there already, nothing
// changes.
func (f folder) make(o order) error {
	if _, err := os.Stat(f.path(orderFile)); err == nil {
		return nil
	}
	draft, err := os.MkdirTemp(filepath.Dir(string(f)), draftPrefix)
	if err != nil {
		return err
	}
	defer os.RemoveAll(draft)
	if err := folder(draft).write(orderFile, o); err != nil {
		return err
	}
	err = os.Rename(draft, string(f))
	if _, there := os.Stat(f.path(orderFile)); there == nil {
		return nil
	}
	return err
}

// draftPrefix begins the names of folders that are being made.
const draftPrefix = "draft-"

// write puts a document into the folder, whole or not at all.
func (f folder) write(file string, document any) error {
	text, err := json.Marshal(document)
	if err != nil {
		return err
	}
	draft := f.path(file + ".draft")
	if err := os.WriteFile(draft, text, 0o600); err != nil {
		return err
	}
	return os.Rename(draft, f.path(file))
}

func (f folder) read(file string, document any) error {
	text, err := os.ReadFile(f.path(file))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, document); err != nil {
		return fmt.Errorf("%s: %w", f.path(file), err)
	}
	return nil
}

func (f folder) order() (o order, err error) { return o, f.read(orderFile, &o) }

// ending returns how the job ended; ok is false if it has not.
func (f folder) ending() (e ending, ok bool) {
	err := f.read(endingFile, &e)
	return e, err == nil
}

// end notes how the job ended, unless that is known already.
func (f folder) end(e ending) error {
	if _, ok := f.ending(); ok {
		return nil
	}
	e.Ended = time.Now().UTC()
	return f.write(endingFile, e)
}

// mark creates a file that says something by being there.
func (f folder) mark(file string) {
	mark, err := os.OpenFile(f.path(file), os.O_CREATE, 0o600)
	if err == nil { // a folder that has gone needs no marks
		mark.Close()
	}
}

func (f folder) marked(file string) bool {
	_, err := os.Stat(f.path(file))
	return !errors.Is(err, fs.ErrNotExist)
}

// since returns when a file was written; ok is false if it is not there.
func (f folder) since(file string) (t time.Time, ok bool) {
	info, err := os.Stat(f.path(file))
	if err != nil {
		return t, false
	}
	return info.ModTime(), true
}
