package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/template"
)

// console is where a development session talks to its user. Every call is one write.
type console struct {
	out   io.Writer
	color bool
}

func (c console) paint(color, s string) string {
	if !c.color {
		return s
	}
	return "\x1b[" + color + "m" + s + "\x1b[0m"
}

func (c console) say(line string) { fmt.Fprintln(c.out, line) }

// note tells that something was reloaded.
func (c console) note(s string) { c.say(c.paint("36", "↻ "+s)) }

// problem tells what the user has to mend.
func (c console) problem(err error) { c.say(c.paint("31", err.Error())) }

// functionLine prints a line of a function's own output.
func (c console) functionLine(function, line string) {
	fmt.Fprintf(c.out, "%s %s\n", c.paint("2", "["+function+"]"), line)
}

// diagnostic prints a remark of the compiler, with the place in the user's own file.
func (c console) diagnostic(m template.StateMachine, d asl.Diagnostic) {
	file, line, column := m.Place(d)
	color := "31"
	if d.Severity == asl.SeverityWarning {
		color = "33"
	}
	at := ""
	if d.Location != "" {
		at = " (at " + d.Location + ")"
	}
	c.say(c.paint(color, fmt.Sprintf("%s:%d:%d: %s: %s: %s%s", shortPath(file), line, column, strings.ToLower(string(d.Severity)), d.Code, d.Message, at)))
}

// introduce prints what runs and how to talk to it.
func (d *development) introduce(c devCommand) {
	var b strings.Builder
	data := "in memory"
	if !c.Memory {
		data = "in " + shortPath(c.Data)
	}
	fmt.Fprintf(&b, "\n%s %s\n", d.out.paint("1", "Console:"), d.out.paint("1;4", d.server.Console()))
	fmt.Fprintf(&b, "%s %s, data %s\n", d.out.paint("1", "Cogstep runs at"), d.out.paint("1;4", d.server.URL()), data)
	heading := func(title string, n int) {
		if n > 0 {
			fmt.Fprintf(&b, "\n%s\n", d.out.paint("1", title))
		}
	}
	heading("State machines", len(d.app.StateMachines))
	for _, m := range d.app.StateMachines {
		d.introduceMachine(&b, m)
	}
	heading("Activities", len(d.app.Activities))
	for _, a := range d.app.Activities {
		fmt.Fprintf(&b, "  %-24s %s\n", a.Name, d.options.Scope.Activity(a.Name))
	}
	heading("Functions", len(d.app.Functions))
	for _, f := range d.app.Functions {
		fmt.Fprintf(&b, "  %-24s %-18s %s\n", f.Name, f.Runtime, shortPath(f.Dir))
	}
	heading("Not run", len(d.app.NotRun))
	for _, r := range d.app.NotRun {
		fmt.Fprintf(&b, "  %-24s %-32s %s\n", r.LogicalID, r.Type, r.Reason)
	}
	heading("For the AWS CLI and SDKs", 1)
	fmt.Fprintf(&b, "  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION=%s\n", c.Region)
	b.WriteString("  export AWS_DISABLE_HOST_PREFIX_INJECTION=true   # for StartSyncExecution\n\n")
	if !c.NoReload {
		b.WriteString("What you edit is reloaded when you save it. ")
	}
	b.WriteString("Ctrl-C ends.\n")
	d.out.say(b.String())
}

func (d *development) introduceMachine(b *strings.Builder, m template.StateMachine) {
	if _, err := d.server.Catalog.MachineByName(m.Name); err != nil {
		fmt.Fprintf(b, "  %-24s %s\n", m.Name, d.out.paint("31", "waits for its definition to be right"))
		return
	}
	verb := "start-execution"
	if m.Express {
		verb = "start-sync-execution"
	}
	machine := d.server.StateMachineARN(m.Name)
	fmt.Fprintf(b, "  %-24s %s\n", m.Name, machine)
	fmt.Fprintf(b, "    aws stepfunctions %s --endpoint-url %s --state-machine-arn %s --input %s\n", verb, d.server.URL(), machine, d.sampleInput())
}

// sampleInput is an input to try: the first file of the folder events, where SAM's projects keep theirs.
func (d *development) sampleInput() string {
	for _, f := range d.files {
		events, _ := filepath.Glob(filepath.Join(filepath.Dir(f), "events", "*.json")) // at worst none
		if len(events) > 0 && len(d.app.StateMachines) == 1 {
			slices.Sort(events)
			return "file://" + shortPath(events[0])
		}
	}
	return "'{}'"
}

// shortPath returns a path relative to the current directory if that is shorter.
func shortPath(path string) string {
	dir, err := os.Getwd()
	if err != nil {
		return path
	}
	if rel, err := filepath.Rel(dir, path); err == nil && filepath.IsAbs(path) && len(rel) < len(path) {
		return rel
	}
	return path
}
