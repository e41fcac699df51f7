package template

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Load reads files, templates and definitions in any mixture, as one application. The application is complete if err
// is nil; otherwise only its Files mean something, so that a caller can wait until they change.
//
// Errors: Errors, in the order of the files.
func Load(paths []string, opts Options) (*Application, error) {
	l := &loader{opts: opts, taken: map[string]string{}}
	for _, p := range paths {
		l.load(p)
	}
	if len(l.errors) > 0 {
		return &l.app, l.errors[:min(len(l.errors), errorsMax)]
	}
	return &l.app, nil
}

// loader gathers the application.
type loader struct {
	opts   Options
	app    Application
	errors Errors
	taken  map[string]string // which file declares a name, by kind and name
}

func (l *loader) load(path string) {
	src, err := l.readFile(path)
	if err != nil {
		l.errors = append(l.errors, &Error{File: path, Message: err.Error()})
		return
	}
	if name, ok := definitionName(path); ok {
		l.definitionFile(path, name, src)
		return
	}
	root, err := read(path, src)
	if f, ok := errors.AsType[*fault](err); ok {
		l.errors = append(l.errors, &Error{path, f.line, f.column, "", f.message})
		return
	}
	switch {
	case root.get("Resources") != nil:
		l.template(path, root)
	case root.get("service") != nil && (root.get("provider") != nil || root.get("functions") != nil):
		l.serverless(path, root)
	case root.get("functions") != nil || root.get("jobs") != nil:
		l.short(path, root)
	case root.get("States") != nil:
		l.definitionFile(path, strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)), src)
	default:
		l.errors = append(l.errors, &Error{path, root.line, root.column, "",
			"this is neither a template, which has Resources, nor a state machine definition, which has States, nor a serverless.yml, which has a service, nor a file of functions"})
	}
}

// definitionName returns how the state machine of a definition file is called.
func definitionName(path string) (name string, ok bool) {
	base := filepath.Base(path)
	for _, ending := range []string{".asl.json", ".asl.yaml", ".asl.yml"} {
		if name, ok := strings.CutSuffix(base, ending); ok {
			return name, true
		}
	}
	return "", false
}

// definitionFile adds the state machine of a file that stands alone.
func (l *loader) definitionFile(path, name, src string) {
	m := StateMachine{Name: name, RoleARN: l.opts.role("cogstep")}
	e := newEvaluator(path, &value{}, l.opts)
	if !validName(name) {
		e.fail(nil, "%q cannot be the name of a state machine: names have 1 to 80 letters, digits, - and _; rename the file", name)
	}
	e.definition(&m, path, src)
	if len(e.errors) == 0 {
		l.claim(e, nil, "state machine", name)
	}
	l.errors = append(l.errors, e.errors...)
	l.app.StateMachines = append(l.app.StateMachines, m)
}

// template adds what a template declares.
func (l *loader) template(path string, root *value) {
	e := newEvaluator(path, root, l.opts)
	resources := root.get("Resources")
	for i := range resources.members {
		id, r := resources.members[i].name, resources.members[i].value
		e.resource = id
		if c := r.get("Condition"); c != nil && !e.condition(c, c.text) {
			continue
		}
		l.resource(e, id, r)
	}
	l.errors = append(l.errors, e.errors...)
}

func (l *loader) resource(e *evaluator, id string, r *value) {
	t := r.get("Type")
	if t == nil || t.kind != text {
		e.fail(r, "the resource has no Type")
		return
	}
	switch t.text {
	case "AWS::Serverless::Function", "AWS::Lambda::Function":
		f, reason := e.function(id, r)
		if reason != "" {
			l.app.NotRun = append(l.app.NotRun, Resource{id, t.text, reason})
			return
		}
		l.claim(e, r, "function", f.Name)
		l.app.Functions = append(l.app.Functions, f)
	case "AWS::Serverless::StateMachine", "AWS::StepFunctions::StateMachine":
		m := l.stateMachine(e, id, r)
		l.claim(e, r, "state machine", m.Name)
		l.app.StateMachines = append(l.app.StateMachines, m)
	case "AWS::StepFunctions::Activity":
		a := Activity{id, e.nameOf(r, id), e.tags(r.path("Properties", "Tags"))}
		e.checkName(r, "Name", a.Name)
		l.claim(e, r, "activity", a.Name)
		l.app.Activities = append(l.app.Activities, a)
	default:
		l.app.NotRun = append(l.app.NotRun, Resource{LogicalID: id, Type: t.text})
	}
}

// claim refuses a name that is declared twice.
func (l *loader) claim(e *evaluator, v *value, kind, name string) {
	key := kind + " " + name
	if first, ok := l.taken[key]; ok {
		e.fail(v, "there is a %s called %s already, in %s; give one of them another name", kind, name, first)
	}
	l.taken[key] = e.file
}

// readFile reads a text file and notes that the application depends on it.
func (l *loader) readFile(path string) (string, error) {
	l.app.Files = append(l.app.Files, path)
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, fileBytesMax+1))
	if err == nil && len(b) > fileBytesMax {
		err = fmt.Errorf("the file is larger than %d bytes", fileBytesMax)
	}
	return strings.TrimPrefix(string(b), "\ufeff"), err
}

func (o Options) role(name string) string {
	return "arn:aws:iam::" + o.Scope.Account + ":role/" + name
}

// validName reports whether s can name a state machine or an activity here: the service allows more, but only these
// work everywhere in ARNs, logs and file names.
func validName(s string) bool {
	for _, r := range s {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_') {
			return false
		}
	}
	return len(s) >= 1 && len(s) <= 80
}

func (e *evaluator) checkName(r *value, property, name string) {
	if !validName(name) {
		at := r.path("Properties", property)
		if at == nil {
			at = r
		}
		e.fail(at, "%q cannot be a name: names have 1 to 80 letters, digits, - and _", name)
	}
}
