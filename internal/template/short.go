package template

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cogstep/cogstep/internal/localfunction"
)

// shortMembers are what a function has in the short form.
var shortMembers = []string{"command", "handler", "runtime", "dir", "timeout", "memory", "env", "concurrency", "url"}

// short adds the functions of a file of our own: "functions", an object of them by their names in ARNs. Other parts of the
// file are somebody else's.
func (l *loader) short(path string, root *value) {
	e := newEvaluator(path, root, l.opts)
	functions := root.get("functions")
	if functions == nil {
		return
	}
	if functions.kind != object && functions.kind != null {
		e.fail(functions, "functions wants an object: the functions by their names")
	}
	for _, m := range functions.members {
		e.resource = m.name
		f := e.shortFunction(m.name, m.value)
		l.claim(e, m.value, "function", f.Name)
		l.app.Functions = append(l.app.Functions, f)
	}
	l.errors = append(l.errors, e.errors...)
}

func (e *evaluator) shortFunction(name string, v *value) localfunction.Function {
	if v.kind != object {
		e.fail(v, "a function wants an object of %s", strings.Join(shortMembers, ", "))
	}
	for _, m := range v.members {
		if !slices.Contains(shortMembers, m.name) {
			e.fail(m.value, "a function has no %q; it has %s", m.name, strings.Join(shortMembers, ", "))
		}
	}
	word := func(name string) string {
		x := v.get(name)
		if x != nil && !x.scalar() {
			e.fail(x, "%s wants a text", name)
			return ""
		}
		if x == nil {
			return ""
		}
		return x.text
	}
	whole := func(name string) int {
		x := v.get(name)
		if x == nil {
			return 0
		}
		n, err := strconv.Atoi(x.text)
		if err != nil || n < 0 {
			e.fail(x, "%s wants a whole number", name)
		}
		return n
	}
	f := localfunction.Function{
		Name: name, Runtime: word("runtime"), Handler: word("handler"), Timeout: e.duration(v.get("timeout")), MemoryMB: whole("memory"),
		Concurrency: whole("concurrency"), URL: word("url"), Env: map[string]string{},
	}
	if f.URL == "" {
		f.Dir = e.relative(word("dir"))
	}
	if command := v.get("command"); command != nil && (command.kind != list || len(command.items) == 0) {
		e.fail(command, "command wants a list: the program and its arguments")
	} else if command != nil {
		for _, c := range command.items {
			f.Command = append(f.Command, e.text(c, "command"))
		}
	}
	if env := v.get("env"); env != nil {
		for _, m := range env.members {
			f.Env[m.name] = e.text(m.value, m.name)
		}
	}
	ways := 0
	for _, has := range []bool{len(f.Command) > 0, f.Runtime != "", f.URL != ""} {
		if has {
			ways++
		}
	}
	if ways == 0 || f.URL != "" && ways > 1 {
		e.fail(v, "a function has a command, or a runtime, or a url")
	}
	return f
}

// duration reads a number of seconds or a text such as 1m30s.
func (e *evaluator) duration(v *value) time.Duration {
	if v == nil {
		return 0
	}
	if seconds, err := strconv.ParseFloat(v.text, 64); err == nil && seconds >= 0 && seconds < 1e6 {
		return time.Duration(seconds * float64(time.Second))
	}
	d, err := time.ParseDuration(v.text)
	if err != nil || d < 0 {
		e.fail(v, "timeout wants a number of seconds, or a text such as 1m30s")
	}
	return d
}
