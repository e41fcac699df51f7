package upgrade

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// functions is an endpoint that speaks Lambda's Invoke API. Its function "late" does not answer until it is told to.
type functions struct {
	url    string
	closed chan struct{}

	mu       sync.Mutex
	inputs   map[string]string // of the last call, by function
	answered map[string]bool
}

func newFunctions(t *testing.T) *functions {
	f := &functions{closed: make(chan struct{}), inputs: map[string]string{}, answered: map[string]bool{"work": true}}
	server := httptest.NewServer(f)
	t.Cleanup(func() {
		close(f.closed)
		server.Close()
	})
	f.url = server.URL
	return f
}

// ServeHTTP is the Invoke operation: /2015-03-31/functions/NAME/invocations.
func (f *functions) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	input, err := io.ReadAll(r.Body)
	path := strings.Split(r.URL.Path, "/")
	if err != nil || len(path) < 4 {
		http.Error(out, "no call", http.StatusBadRequest)
		return
	}
	name := path[3][strings.LastIndex(path[3], ":")+1:]
	f.mu.Lock()
	f.inputs[name] = string(input)
	answered := f.answered[name]
	f.mu.Unlock()
	if !answered {
		select {
		case <-f.closed:
		case <-r.Context().Done():
		}
		return
	}
	_, _ = io.WriteString(out, "{}") // who asked may have gone
}

// answer lets a function answer from now on.
func (f *functions) answer(name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answered[name] = true
}

// input returns what a function was last called with; "": it was not.
func (f *functions) input(name string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.inputs[name]
}

// await waits until a function has been called.
func (f *functions) await(t *testing.T, name string) {
	t.Helper()
	for deadline := time.Now().Add(endMax); f.input(name) == ""; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the function %s was not called", name)
		}
	}
}
