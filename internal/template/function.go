package template

import (
	"math"
	"path/filepath"
	"strconv"
	"time"

	"github.com/cogstep/cogstep/internal/localfunction"
)

// function makes a function from an AWS::Serverless::Function or AWS::Lambda::Function. reason says why it cannot run
// here, "" if it can. Properties that the resource leaves open come from Globals.
func (e *evaluator) function(id string, r *value) (f localfunction.Function, reason string) {
	property := func(name string) *value {
		if p := r.path("Properties", name); p != nil || r.get("Type").text != "AWS::Serverless::Function" {
			return p
		}
		return e.root.path("Globals", "Function", name)
	}
	whole := func(name string) int {
		p := property(name)
		if p == nil {
			return 0
		}
		x := e.eval(p)
		if x == nil {
			return 0
		}
		n, err := strconv.Atoi(x.text)
		if err != nil || n < 0 || n > math.MaxInt32 {
			e.fail(p, "%s wants a whole number", name)
		}
		return n
	}
	word := func(name string) string {
		if p := property(name); p != nil {
			return e.text(p, name)
		}
		return ""
	}
	f = localfunction.Function{
		Name: e.nameOf(r, id), Runtime: word("Runtime"), Handler: word("Handler"),
		Timeout: time.Duration(whole("Timeout")) * time.Second, MemoryMB: whole("MemorySize"),
		Concurrency: whole("ReservedConcurrentExecutions"), Env: e.environment(r),
	}
	for _, c := range e.list(r.path("Metadata", "Cogstep", "Command")) {
		f.Command = append(f.Command, e.text(c, "Command"))
	}
	if word("PackageType") == "Image" {
		return f, "it is a container image; set LAMBDA_ENDPOINT to a server that runs it"
	}
	dir, reason := e.code(r, property)
	if reason != "" {
		return f, reason
	}
	f.Dir = dir
	if len(f.Command) == 0 && !localfunction.Supported(f.Runtime) {
		return f, "the runtime " + strconv.Quote(f.Runtime) + " does not run here by itself; give the resource Metadata: {Cogstep: {Command: [PROGRAM, ARGUMENT…]}}, or set LAMBDA_ENDPOINT"
	}
	return f, ""
}

// code returns the directory that the function's code is in, or why there is none.
func (e *evaluator) code(r *value, property func(string) *value) (dir, reason string) {
	if asset := r.path("Metadata", "aws:asset:path"); asset.scalar() { // CDK's output
		return e.relative(asset.text), ""
	}
	for _, name := range []string{"CodeUri", "Code"} {
		p := property(name)
		if p == nil {
			continue
		}
		x := e.eval(p)
		if !x.scalar() {
			return "", "its code is not a local directory; point " + name + " at one"
		}
		return e.relative(x.text), ""
	}
	if property("InlineCode") != nil {
		return "", "its code stands in the template; put it in a file and point CodeUri at its directory"
	}
	return e.relative("."), ""
}

// relative returns a path that is relative to the template's directory as an absolute one.
func (e *evaluator) relative(path string) string {
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(e.file), path)
	}
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// environment is Environment.Variables, the resource's own over those of Globals.
func (e *evaluator) environment(r *value) map[string]string {
	env := map[string]string{}
	sources := []*value{r.path("Properties", "Environment", "Variables")}
	if r.get("Type").text == "AWS::Serverless::Function" {
		sources = append(sources, e.root.path("Globals", "Function", "Environment", "Variables"))
	}
	for _, variables := range sources {
		if variables == nil {
			continue
		}
		for _, m := range variables.members {
			if _, ok := env[m.name]; ok {
				continue
			}
			if x := e.eval(m.value); x != nil {
				env[m.name] = e.text(x, m.name)
			}
		}
	}
	return env
}

// list evaluates a list; what is absent is empty.
func (e *evaluator) list(v *value) []*value {
	x := e.eval(v)
	if x == nil || x.kind != list {
		return nil
	}
	return x.items
}
