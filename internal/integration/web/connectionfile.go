package web

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/cogstep/cogstep/internal/arn"
)

// File is connections out of a file. See docs/http-task.md for its form.
type File struct {
	dir         string
	connections map[string]fileConnection // by name or ARN
}

type fileConnection struct {
	Type         string
	Username     string
	Password     string
	Name         string
	Value        string
	Endpoint     string
	Method       string
	ClientID     string `yaml:"clientId"`
	ClientSecret string `yaml:"clientSecret"`
	Token        fileParameters
	Parameters   fileParameters
}

type fileParameters struct{ Headers, Query, Body map[string]string }

// LoadFile reads a file of connections, YAML or JSON. The texts that it refers to (${ENV:NAME}, ${FILE:path}, relative to
// the file) are looked at too, so that one that is missing is noticed now; files are read again at each use.
func LoadFile(path string) (*File, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("connections: %w", err)
	}
	var doc struct{ Connections map[string]fileConnection }
	if err := yaml.UnmarshalWithOptions(raw, &doc, yaml.Strict()); err != nil {
		// Without the source: lines of the file may be secret.
		return nil, fmt.Errorf("connections: %s: %s", path, yaml.FormatError(err, false, false))
	}
	f := &File{filepath.Dir(path), doc.Connections}
	for _, name := range slices.Sorted(maps.Keys(doc.Connections)) {
		if _, err := f.read(doc.Connections[name]); err != nil {
			return nil, fmt.Errorf("connections: %s: %s: %w", path, name, err)
		}
	}
	return f, nil
}

// Connection implements Connections: a connection is found by its ARN, or by the name in it.
func (f *File) Connection(_ context.Context, connectionARN string) (Connection, error) {
	c, ok := f.connections[connectionARN]
	if a, isARN := arn.Parse(connectionARN); !ok && isARN {
		_, name, _ := strings.Cut(a.Resource, "/")
		name, _, _ = strings.Cut(name, "/")
		c, ok = f.connections[name]
	}
	if !ok {
		return Connection{}, &ConnectionError{"ResourceNotFound", fmt.Sprintf("The file of connections has no %s.", connectionARN)}
	}
	read, err := f.read(c)
	if err != nil {
		return read, &ConnectionError{"InvalidConnectionState", fmt.Sprintf("The connection %s cannot be used: %v.", connectionARN, err)}
	}
	return read, nil
}

// read makes a connection of what the file says.
func (f *File) read(c fileConnection) (Connection, error) {
	r := resolver{dir: f.dir}
	out := Connection{Parameters: r.parameters(c.Parameters)}
	needed := map[string]string{}
	switch c.Type {
	case "basic":
		needed["username"] = c.Username
		out.Authorization = Basic{r.text(c.Username), r.text(c.Password)}
	case "apikey":
		needed["name"], needed["value"] = c.Name, c.Value
		key := APIKey{c.Name, r.text(c.Value)}
		if c.Name != "" && (!validName(key.Name) || !validValue(key.Value)) {
			return out, errors.New("name and value must be fit for a header")
		}
		out.Authorization = key
	case "oauth":
		needed["endpoint"], needed["clientId"], needed["clientSecret"] = c.Endpoint, c.ClientID, c.ClientSecret
		out.Authorization = OAuth{
			Endpoint: c.Endpoint, Method: strings.ToUpper(c.Method), ClientID: r.text(c.ClientID), ClientSecret: r.text(c.ClientSecret),
			Parameters: r.parameters(c.Token),
		}
	case "none":
	default:
		return out, fmt.Errorf("the type %q is none of basic, apikey, oauth, none", c.Type)
	}
	for _, name := range slices.Sorted(maps.Keys(needed)) {
		if needed[name] == "" {
			return out, fmt.Errorf("a connection of type %s needs %s", c.Type, name)
		}
	}
	if !slices.Contains([]string{"", http.MethodGet, http.MethodPost, http.MethodPut}, strings.ToUpper(c.Method)) {
		return out, fmt.Errorf("the method %q is none of GET, POST, PUT", c.Method)
	}
	return out, r.err
}

// reference is a place that a text stands in.
var reference = regexp.MustCompile(`\$\{(ENV|FILE):([^}]+)\}`)

// resolver replaces references by what they refer to. It keeps the first error.
type resolver struct {
	dir string
	err error
}

func (r *resolver) text(s string) string {
	return reference.ReplaceAllStringFunc(s, func(found string) string {
		m := reference.FindStringSubmatch(found)
		if m[1] == "ENV" {
			v, ok := os.LookupEnv(m[2])
			if !ok {
				r.fail(fmt.Errorf("the environment variable %s is not set", m[2]))
			}
			return v
		}
		path := m[2]
		if !filepath.IsAbs(path) {
			path = filepath.Join(r.dir, path)
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			r.fail(err)
		}
		return strings.TrimRight(string(raw), "\r\n")
	})
}

func (r *resolver) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

func (r *resolver) parameters(p fileParameters) Parameters {
	read := func(m map[string]string) (all []Parameter) {
		for _, name := range slices.Sorted(maps.Keys(m)) {
			all = append(all, Parameter{name, r.text(m[name])})
		}
		return all
	}
	out := Parameters{Headers: read(p.Headers), Query: read(p.Query), Body: read(p.Body)}
	for _, h := range out.Headers {
		if !validName(h.Name) || !validValue(h.Value) {
			r.fail(fmt.Errorf("the header %q cannot be sent", h.Name))
		}
	}
	return out
}
