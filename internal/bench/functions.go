package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// functions is a server that speaks Lambda's Invoke API and has one function, under any name, that answers at once.
// It knows which call is an execution's last, so that nobody has to poll for the end before it.
type functions struct {
	url      string
	calls    atomic.Int64
	expected sync.Map // number of the execution -> chan struct{}, closed at its last call
	server   *http.Server
}

func serveFunctions(address string) (*functions, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen for function calls on %s: %w", address, err)
	}
	f := &functions{url: "http://" + listener.Addr().String()}
	f.server = &http.Server{Handler: f, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = f.server.Serve(listener) }() // it ends with close
	return f, nil
}

func (f *functions) close() { _ = f.server.Close() } // whoever still calls has no execution that counts

// ServeHTTP answers an invocation.
func (f *functions) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var call struct{ N, Step int }
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = json.Unmarshal(body, &call)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	f.calls.Add(1)
	w.Header()["Content-Type"] = []string{"application/json"}
	w.Header()["X-Amz-Executed-Version"] = []string{"$LATEST"}
	_, _ = io.WriteString(w, `{"ok":true}`) // a server that went away will call again
	if call.Step != taskStates {
		return
	}
	if last, ok := f.expected.LoadAndDelete(call.N - numberBase); ok {
		close(last.(chan struct{}))
	}
}

// expect returns a channel that is closed when execution n has made its last call.
func (f *functions) expect(n int) <-chan struct{} {
	last := make(chan struct{})
	f.expected.Store(n, last)
	return last
}

func (f *functions) forget(n int) { f.expected.Delete(n) }
