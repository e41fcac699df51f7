package localjob

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
)

// engine is a client of the REST API that Docker and Podman have, as far as jobs need it.
// Source: Docker Engine API; Podman's is compatible.
type engine struct {
	http *http.Client
	base string

	mu      sync.Mutex
	version string // "/v1.47": what the engine says of itself; "": not asked yet
}

// answerBytesMax is how much of an answer is read.
const answerBytesMax = 4 << 20

// newEngine returns the client for an address; "" is that of DOCKER_HOST, else Docker's own.
func newEngine(address string) (*engine, error) {
	if address == "" {
		address = os.Getenv("DOCKER_HOST")
	}
	if address == "" {
		address = "/var/run/docker.sock"
	}
	if path, ok := strings.CutPrefix(address, "unix://"); ok {
		address = path
	}
	if strings.HasPrefix(address, "/") {
		dialer := net.Dialer{}
		t := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, "unix", address)
		}}
		return &engine{http: &http.Client{Transport: t}, base: "http://engine"}, nil
	}
	u, err := url.Parse(address)
	if err == nil && u.Scheme == "tcp" {
		u.Scheme = "http"
	}
	if err != nil || u.Scheme != "http" || u.Host == "" {
		return nil, fmt.Errorf("the container engine %q is neither the path of a socket nor an http address", address)
	}
	return &engine{http: &http.Client{}, base: "http://" + u.Host}, nil
}

// refusal is an error of the engine.
type refusal struct {
	status  int
	message string
}

func (r *refusal) Error() string { return "the container engine says: " + r.message }

// refused reports whether the engine has refused with that status.
func refused(err error, status int) bool {
	r, ok := errors.AsType[*refusal](err)
	return ok && r.status == status
}

// send performs a request and returns the body of its answer, which the caller closes. Errors: *refusal, and those of a
// connection that fails.
func (e *engine) send(ctx context.Context, method, path string, body any) (io.ReadCloser, error) {
	version, err := e.prefix(ctx)
	if err != nil {
		return nil, err
	}
	var text []byte
	if body != nil {
		if text, err = json.Marshal(body); err != nil {
			return nil, err
		}
	}
	r, err := http.NewRequestWithContext(ctx, method, e.base+version+path, bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := e.http.Do(r)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode < 400 {
		return answer.Body, nil
	}
	defer answer.Body.Close()
	said, _ := io.ReadAll(io.LimitReader(answer.Body, answerBytesMax)) // the status says enough
	var document struct{ Message string }
	if json.Unmarshal(said, &document) != nil || document.Message == "" {
		document.Message = answer.Status
	}
	return nil, &refusal{answer.StatusCode, document.Message}
}

// call performs a request and reads its answer.
func (e *engine) call(ctx context.Context, method, path string, body, answer any) error {
	b, err := e.send(ctx, method, path, body)
	if err != nil {
		return err
	}
	defer b.Close()
	text, err := io.ReadAll(io.LimitReader(b, answerBytesMax))
	if err != nil || answer == nil {
		return err
	}
	return json.Unmarshal(text, answer)
}

// prefix returns the version that paths begin with: the newest that the engine speaks.
func (e *engine) prefix(ctx context.Context) (string, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.version != "" {
		return e.version, nil
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, e.base+"/_ping", nil)
	if err != nil {
		return "", err
	}
	answer, err := e.http.Do(r)
	if err != nil {
		return "", err
	}
	answer.Body.Close()
	version := answer.Header.Get("Api-Version")
	if answer.StatusCode != http.StatusOK || version == "" {
		return "", fmt.Errorf("what answers at %s is no container engine", e.base)
	}
	e.version = "/v" + version
	return e.version, nil
}

// pull fetches an image.
func (e *engine) pull(ctx context.Context, image string) error {
	if last := image[strings.LastIndexByte(image, '/')+1:]; !strings.ContainsAny(last, ":@") {
		image += ":latest"
	}
	b, err := e.send(ctx, http.MethodPost, "/images/create?fromImage="+url.QueryEscape(image), nil)
	if err != nil {
		return err
	}
	defer b.Close()
	for d := json.NewDecoder(b); ; { // progress, and at the end perhaps an error
		var progress struct{ Error string }
		switch err := d.Decode(&progress); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case progress.Error != "":
			return &refusal{http.StatusInternalServerError, progress.Error}
		}
	}
}
