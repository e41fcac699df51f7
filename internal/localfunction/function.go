// Package localfunction runs Lambda functions as local processes behind the real Lambda Runtime API.
//
// Each instance of a function is one child process with one loopback listener of its own. The process polls the listener
// for invocations as it would inside Lambda, so programs made for Lambda (Go and Rust bootstrap binaries, custom
// runtimes) run unchanged; Python and Node handlers run through small embedded shims. Instances are kept warm and
// used again. A process never outlives its host: it is started in a group of its own, is killed with it on time-out and
// on shutdown, and where the system can, dies with the host even if that is killed.
package localfunction

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Limits and defaults, as in Lambda where it has them.
const (
	DefaultTimeout     = 3 * time.Second
	DefaultMemoryMB    = 128
	DefaultConcurrency = 10
	PayloadBytesMax    = 6 << 20

	initTimeMax  = 10 * time.Second
	idleTimeMax  = 10 * time.Minute
	waitersMax   = 1000 // calls that wait for a free instance of one function
	logLineBytes = 64 << 10

	outputTimeMax   = time.Second // how long the output of an ended process is waited for
	replacementsMax = 3           // instances that may die in a row before they take one call
)

// Function is what a local function is made from.
type Function struct {
	Name string
	// Runtime is Lambda's name of it: "provided.al2023", "python3.12", "nodejs22.x", … It is not needed if Command
	// is given.
	Runtime string
	Handler string
	Dir     string   // the code; the process's working directory
	Command []string // overrides Runtime: any program that speaks the Runtime API
	// URL, if not "", is where the function runs already: a Runtime Interface Emulator, http://HOST:PORT, or a server that
	// speaks Lambda's Invoke API, http://HOST:PORT/2015-03-31/functions/NAME/invocations. Nothing is started then.
	URL     string
	Env     map[string]string
	Timeout time.Duration // 0: DefaultTimeout
	// MemoryMB is told to the function and not enforced. 0: DefaultMemoryMB.
	MemoryMB int
	// Concurrency is how many instances may run at once. 0: DefaultConcurrency.
	Concurrency int
	// Revision is anything that changes when the code does: instances of another revision are replaced.
	Revision string
	// Broken says why the function cannot run, if it cannot: its build failed. Calls fail with it.
	Broken string
}

// Supported reports whether functions of a runtime run here without a command.
func Supported(runtime string) bool {
	return strings.HasPrefix(runtime, "python") || strings.HasPrefix(runtime, "nodejs") || boots(runtime)
}

// boots reports whether the code of a runtime is a program itself.
func boots(runtime string) bool {
	return strings.HasPrefix(runtime, "provided") || strings.HasPrefix(runtime, "go1")
}

// Check returns why the function cannot run, nil if it can as far as that is known before a call.
func (f Function) Check() error {
	if f.URL != "" {
		_, err := newRemote(f.URL)
		return err
	}
	_, err := f.command("")
	return err
}

// withDefaults returns f with what it leaves open filled in.
func (f Function) withDefaults() Function {
	if f.Timeout <= 0 {
		f.Timeout = DefaultTimeout
	}
	if f.MemoryMB <= 0 {
		f.MemoryMB = DefaultMemoryMB
	}
	if f.Concurrency <= 0 {
		f.Concurrency = DefaultConcurrency
	}
	return f
}

// command returns the program to run and its arguments. shims is the folder that the embedded shims were written to.
func (f Function) command(shims string) ([]string, error) {
	switch {
	case f.Broken != "":
		return nil, errors.New(f.Broken)
	case len(f.Command) > 0:
		return f.Command, nil
	case strings.HasPrefix(f.Runtime, "python"):
		return f.interpreted(filepath.Join(shims, "python.py"), f.Runtime, "python3", "python")
	case strings.HasPrefix(f.Runtime, "nodejs"):
		return f.interpreted(filepath.Join(shims, "node.mjs"), "node")
	case boots(f.Runtime):
		for _, name := range []string{"bootstrap", f.Handler} {
			path := filepath.Join(f.Dir, name)
			if info, err := os.Stat(path); name != "" && err == nil && info.Mode().IsRegular() {
				return []string{path}, nil
			}
		}
		return nil, fmt.Errorf("function %s: there is no executable 'bootstrap' in %s; build the function first", f.Name, f.Dir)
	case f.Runtime == "":
		return nil, fmt.Errorf("function %s has neither a runtime nor a command", f.Name)
	}
	return nil, fmt.Errorf("function %s: the runtime %q cannot run locally by itself; give the function a command that speaks the Lambda Runtime API", f.Name, f.Runtime)
}

// environment is what the process sees. Later ones win: Lambda's variables, the host's PATH, HOME and the like, those
// that all functions of the host get, the function's own.
func (f Function) environment(runtimeAPI, region string, all map[string]string) []string {
	vars := map[string]string{
		"AWS_LAMBDA_RUNTIME_API":          runtimeAPI,
		"AWS_LAMBDA_FUNCTION_NAME":        f.Name,
		"AWS_LAMBDA_FUNCTION_VERSION":     "$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": fmt.Sprint(f.MemoryMB),
		"AWS_LAMBDA_LOG_GROUP_NAME":       "/aws/lambda/" + f.Name,
		"AWS_LAMBDA_LOG_STREAM_NAME":      "local",
		"AWS_EXECUTION_ENV":               "AWS_Lambda_" + f.Runtime,
		"AWS_REGION":                      region,
		"AWS_DEFAULT_REGION":              region,
		"LAMBDA_TASK_ROOT":                f.Dir,
		"_HANDLER":                        f.Handler,
		"TZ":                              ":UTC",
		"PYTHONUNBUFFERED":                "1",
		"PYTHONPYCACHEPREFIX":             filepath.Join(os.TempDir(), "cogstep-pycache"), // not into the user's code
	}
	for _, name := range inherited {
		if v, ok := os.LookupEnv(name); ok {
			vars[name] = v
		}
	}
	if !credentials() {
		vars["AWS_ACCESS_KEY_ID"], vars["AWS_SECRET_ACCESS_KEY"] = "local", "local"
	}
	maps.Copy(vars, all)
	maps.Copy(vars, f.Env)
	env := make([]string, 0, len(vars))
	for k, v := range vars {
		env = append(env, k+"="+v)
	}
	return env
}

// credentials reports whether the user has any AWS credentials. If not, functions get invented ones, since SDKs refuse to
// call even a local server without.
func credentials() bool {
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_PROFILE"} {
		if os.Getenv(name) != "" {
			return true
		}
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return false
	}
	_, err = os.Stat(filepath.Join(home, ".aws"))
	return err == nil
}

// inherited are the variables that a function gets from the host: what programs need to start at all, and what lets a
// function reach AWS or an emulator with the user's own settings.
var inherited = []string{
	"PATH", "HOME", "LANG", "TMPDIR", "SystemRoot",
	"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE",
	"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SFN", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY",
}
