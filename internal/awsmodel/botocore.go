package awsmodel

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Botocore is a data directory of botocore that has been read.
type Botocore struct {
	Origin     Origin
	Services   []*Service
	Rules      map[string][]byte // endpoint rules by folder: JSON text
	Partitions []byte            // JSON text
}

// Notice is the copyright notice of botocore's models, which travels with everything made of them.
const Notice = "Derived from the service models of botocore (https://github.com/boto/botocore), Copyright Amazon.com, Inc. or its " +
	"affiliates, licensed under the Apache License 2.0. Documentation, examples and patterns are left out."

// twins are folders that are left out, because another folder has the same service.
var twins = map[string]string{"sms-voice": "pinpoint-sms-voice"}

// sourceBytesMax bounds what is read of one file.
const sourceBytesMax = 64 << 20

// ReadBotocore reads a data directory of botocore: a folder for each service, in it one for each version of its API, of
// which the newest is taken. version is botocore's; "" takes it from __init__.py beside the directory, if dir is the
// directory's parent, or leaves it unknown. Files may be compressed (.gz) or not.
func ReadBotocore(dir fs.FS, version string) (*Botocore, error) {
	data := dir
	if info, err := fs.Stat(dir, "data"); err == nil && info.IsDir() {
		if data, err = fs.Sub(dir, "data"); err != nil {
			return nil, err
		}
		if version == "" {
			version = versionOf(dir)
		}
	}
	r := &sourceReader{data: data, seen: sha256.New()}
	folders, err := fs.ReadDir(data, ".")
	if err != nil {
		return nil, err
	}
	b := &Botocore{Rules: map[string][]byte{}}
	for _, folder := range folders {
		if !folder.IsDir() || twins[folder.Name()] != "" {
			continue
		}
		s, rules, err := r.service(folder.Name())
		if err != nil {
			return nil, err
		}
		if s == nil {
			continue
		}
		b.Services = append(b.Services, s)
		if rules != nil {
			b.Rules[s.Folder] = rules
		}
	}
	if len(b.Services) == 0 {
		return nil, errors.New("there are no models (FOLDER/VERSION/service-2.json): is it botocore's data directory?")
	}
	if b.Partitions, err = r.compact("partitions.json"); err != nil {
		return nil, err
	}
	b.Origin = Origin{Version: version, Sources: hex.EncodeToString(r.seen.Sum(nil)), Notice: Notice}
	return b, nil
}

var versionLine = regexp.MustCompile(`(?m)^__version__ = ['"]([^'"]*)['"]`)

func versionOf(dir fs.FS) string {
	text, err := fs.ReadFile(dir, "__init__.py")
	if err != nil {
		return ""
	}
	if found := versionLine.FindSubmatch(text); found != nil {
		return string(found[1])
	}
	return ""
}

// sourceReader reads files and remembers what it has seen.
type sourceReader struct {
	data fs.FS
	seen interface {
		io.Writer
		Sum([]byte) []byte
	}
}

// service reads a folder; nil if it has no model.
func (r *sourceReader) service(folder string) (*Service, []byte, error) {
	versions, err := fs.ReadDir(r.data, folder)
	if err != nil {
		return nil, nil, err
	}
	for _, version := range slices.Backward(versions) { // dates: the newest last
		at := path.Join(folder, version.Name())
		text, err := r.read(at + "/service-2.json")
		if err != nil {
			return nil, nil, err
		}
		if text == nil {
			continue
		}
		s, err := Read(folder, text)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", at, err)
		}
		rules, err := r.compact(at + "/endpoint-rule-set-1.json")
		return s, rules, err
	}
	return nil, nil, nil
}

// compact reads a JSON file without its spaces; nil if it is not there.
func (r *sourceReader) compact(name string) ([]byte, error) {
	text, err := r.read(name)
	if text == nil || err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := json.Compact(&b, text); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return b.Bytes(), nil
}

// read returns a file's text, compressed or not; nil if it is not there.
func (r *sourceReader) read(name string) ([]byte, error) {
	raw, err := fs.ReadFile(r.data, name+".gz")
	zipped := err == nil
	if errors.Is(err, fs.ErrNotExist) {
		raw, err = fs.ReadFile(r.data, name)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if zipped {
		z, err := gzip.NewReader(bytes.NewReader(raw))
		if err != nil {
			return nil, fmt.Errorf("%s.gz: %w", name, err)
		}
		if raw, err = io.ReadAll(io.LimitReader(z, sourceBytesMax)); err != nil {
			return nil, fmt.Errorf("%s.gz: %w", name, err)
		}
	}
	sum := sha256.Sum256(raw)
	fmt.Fprintf(r.seen, "%s %s\n", hex.EncodeToString(sum[:]), strings.TrimPrefix(name, "./"))
	return raw, nil
}
