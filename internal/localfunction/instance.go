package localfunction

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"sync"
	"time"

	"github.com/cogstep/cogstep/internal/integration/lambda"
	"github.com/cogstep/cogstep/internal/uuid"
)

// instance is one process of a function with the listener that it polls.
type instance struct {
	pool   *pool
	server *http.Server

	calls chan *call    // to the process, one at a time
	ready chan struct{} // closed at the first poll
	gone  chan struct{} // closed when the process has ended
	once  sync.Once     // of the first poll

	mu      sync.Mutex
	cmd     *exec.Cmd // nil until it runs
	killed  bool
	current *call
	init    string // error document of a failed start
	exit    string // how the process ended
	taken   bool
	idle    *time.Timer
}

// call is one invocation on its way through a process.
type call struct {
	id       string
	request  lambda.Request
	deadline time.Time
	answer   chan lambda.Response // buffered: one answer
	returned chan struct{}        // closed if the process was gone before it could take the call
}

func newInstance(p *pool) *instance {
	return &instance{pool: p, calls: make(chan *call), ready: make(chan struct{}), gone: make(chan struct{}), taken: true}
}

// start opens the listener and starts the process.
func (in *instance) start() error {
	if err := in.pool.host.admit(in); err != nil {
		return err
	}
	err := in.open()
	if err != nil {
		in.pool.host.dismiss(in)
	}
	return err
}

func (in *instance) open() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", in.next)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/response", in.response)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/error", in.failure)
	mux.HandleFunc("POST /2018-06-01/runtime/init/error", in.initError)
	in.server = &http.Server{Handler: mux}
	go func() { _ = in.server.Serve(listener) }() // ends with Close

	cmd := exec.Command(in.pool.command[0], in.pool.command[1:]...)
	cmd.Dir = in.pool.f.Dir
	cmd.Env = in.pool.f.environment(listener.Addr().String(), in.pool.host.cfg.Region, in.pool.host.cfg.Env)
	ownGroup(cmd)
	reader, writer := io.Pipe()
	cmd.Stdout, cmd.Stderr = writer, writer
	cmd.WaitDelay = outputTimeMax
	if err := in.pool.host.spawner.start(cmd); err != nil {
		in.server.Close()
		return err
	}
	in.mu.Lock()
	in.cmd = cmd
	if in.killed { // while it was being started
		killGroup(cmd)
	}
	in.mu.Unlock()
	go in.logs(reader)
	go func() {
		err := cmd.Wait()
		in.ended(err)
		killGroup(cmd) // what the process has started itself ends with it
		writer.Close()
		in.server.Close()
		in.pool.host.dismiss(in)
	}()
	return nil
}

// call delivers one invocation and waits for its end. delivered is false if the process was gone before it took the
// call.
func (in *instance) call(ctx context.Context, r lambda.Request) (resp lambda.Response, delivered bool, err error) {
	started := time.NewTimer(initTimeMax)
	defer started.Stop()
	c := &call{id: uuid.New(), request: r, answer: make(chan lambda.Response, 1), returned: make(chan struct{})}
	select {
	case <-in.ready:
	case <-in.gone:
		return in.failedStart(c)
	case <-started.C:
		in.kill()
		return errorResponse(c.id, "Sandbox.Timedout", fmt.Sprintf("RequestId: %s Error: The function did not start within %.0f seconds", c.id, initTimeMax.Seconds())), true, nil
	case <-ctx.Done():
		in.kill()
		return lambda.Response{}, false, ctx.Err()
	}
	timeout := time.NewTimer(in.pool.f.Timeout)
	defer timeout.Stop()
	c.deadline = time.Now().Add(in.pool.f.Timeout)
	in.mu.Lock()
	in.current = c
	in.mu.Unlock()
	defer func() {
		in.mu.Lock()
		in.current = nil
		in.mu.Unlock()
	}()
	select {
	case in.calls <- c:
	case <-in.gone:
		return lambda.Response{}, false, nil
	case <-timeout.C:
		in.kill()
		return timedOut(c, in.pool.f.Timeout), true, nil
	case <-ctx.Done():
		return lambda.Response{}, false, ctx.Err()
	}
	select {
	case resp := <-c.answer:
		return resp, true, nil
	case <-c.returned:
		return lambda.Response{}, false, nil
	case <-in.gone:
		select {
		case resp := <-c.answer: // it answered and then ended
			return resp, true, nil
		default:
		}
		return errorResponse(c.id, "Runtime.ExitError", fmt.Sprintf("RequestId: %s Error: Runtime exited with error: %s", c.id, in.exited())), true, nil
	case <-timeout.C:
		in.kill()
		return timedOut(c, in.pool.f.Timeout), true, nil
	case <-ctx.Done():
		in.kill() // a process that is busy with a call nobody waits for cannot be used again
		return lambda.Response{}, true, ctx.Err()
	}
}

// failedStart is the answer to the call that an instance was started for but did not live to see.
func (in *instance) failedStart(c *call) (lambda.Response, bool, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.init != "" {
		return lambda.Response{Status: 200, Version: "$LATEST", Payload: in.init, FunctionError: "Unhandled", RequestID: c.id}, true, nil
	}
	return errorResponse(c.id, "Runtime.ExitError", fmt.Sprintf("RequestId: %s Error: Runtime exited with error: %s", c.id, in.exit)), true, nil
}

func timedOut(c *call, after time.Duration) lambda.Response {
	return errorResponse(c.id, "Sandbox.Timedout", fmt.Sprintf("RequestId: %s Error: Task timed out after %.2f seconds", c.id, after.Seconds()))
}

func errorResponse(id, errorType, message string) lambda.Response {
	doc, _ := json.Marshal(map[string]string{"errorType": errorType, "errorMessage": message}) // strings never fail
	return lambda.Response{Status: 200, Version: "$LATEST", Payload: string(doc), FunctionError: "Unhandled", RequestID: id}
}

// take marks an idle instance as busy; it fails if the process is gone.
func (in *instance) take() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.taken = true
	if in.idle != nil {
		in.idle.Stop()
	}
	return !in.dead()
}

// rest marks an instance as idle; an instance that rests too long is ended.
func (in *instance) rest() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.taken = false
	in.idle = time.AfterFunc(idleTimeMax, func() {
		in.mu.Lock()
		taken := in.taken
		in.mu.Unlock()
		if !taken {
			in.kill()
		}
	})
}

func (in *instance) dead() bool {
	select {
	case <-in.gone:
		return true
	default:
		return false
	}
}

// ended notes how the process ended.
func (in *instance) ended(err error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.exit = "exit status 0"
	if err != nil {
		in.exit = err.Error()
	}
	close(in.gone)
}

func (in *instance) exited() string {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.exit
}

// kill ends the process and whatever it has started.
func (in *instance) kill() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.killed = true
	if in.cmd != nil && !in.dead() { // a process id that was given back may be another's by now
		killGroup(in.cmd)
	}
}

// logs hands the process's output on, line by line.
func (in *instance) logs(r io.Reader) {
	lines := bufio.NewReaderSize(r, logLineBytes)
	for {
		line, err := lines.ReadSlice('\n')
		if n := len(line); n > 0 && line[n-1] == '\n' {
			line = line[:n-1]
		}
		if len(line) > 0 && in.pool.host.cfg.Log != nil {
			in.pool.host.cfg.Log(in.pool.f.Name, string(line))
		}
		if err != nil && err != bufio.ErrBufferFull {
			return
		}
	}
}
