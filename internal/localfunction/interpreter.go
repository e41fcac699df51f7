package localfunction

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// interpreted returns the command that runs a shim with the first interpreter that works on this machine. The exact
// version of the runtime is preferred; a function that is tried out on another one is better than none.
func (f Function) interpreted(shim string, names ...string) ([]string, error) {
	for _, name := range names {
		if works(name) {
			return []string{name, shim}, nil
		}
	}
	return nil, fmt.Errorf("function %s: there is no %s here that runs; install it to run functions with the runtime %s", f.Name, strings.Join(names, " or "), f.Runtime)
}

// versionTimeMax bounds how long a program may take to tell its version.
const versionTimeMax = 10 * time.Second

// known holds whether programs work, by name: asking takes up to a tenth of a second.
var known sync.Map

// works reports whether there is a program of that name and it can tell its version. Version managers put programs into
// PATH that only say that they are not installed.
func works(name string) bool {
	if ok, asked := known.Load(name); asked {
		return ok.(bool)
	}
	ctx, cancel := context.WithTimeout(context.Background(), versionTimeMax)
	defer cancel()
	ok := exec.CommandContext(ctx, name, "--version").Run() == nil
	known.Store(name, ok)
	return ok
}
