package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/catalog"
	"github.com/cogstep/cogstep/internal/server"
	"github.com/cogstep/cogstep/internal/template"
)

// development is an application under development: what the files declared when they last made sense, and the server
// that runs it.
type development struct {
	files    []string
	options  template.Options
	app      *template.Application
	read     []string // the files that app, or a later failed attempt, was read from
	seen     string   // their fingerprint
	workshop workshop
	server   *server.Server
	out      console
}

// watchInterval is how often files are looked at.
const watchInterval = 500 * time.Millisecond

// watch reloads what changes until ctx or the server ends.
func (d *development) watch(ctx context.Context, reload bool, served <-chan error) error {
	ticker := time.NewTicker(watchInterval)
	defer ticker.Stop()
	for {
		select {
		case err := <-served:
			return err
		case <-ctx.Done():
			return <-served
		case <-ticker.C:
		}
		if !reload {
			continue
		}
		if fingerprint(d.read, anyFile) != d.seen {
			if err := d.reloadFiles(ctx); err != nil {
				return err
			}
		} else if d.workshop.stale() {
			d.replaceFunctions(ctx)
		}
	}
}

// load reads the files.
func (d *development) load() (*template.Application, error) {
	app, err := template.Load(d.files, d.options)
	d.read, d.seen = app.Files, fingerprint(app.Files, anyFile)
	return app, err
}

// reloadFiles reads the files again. What does not make sense is reported and changes nothing.
func (d *development) reloadFiles(ctx context.Context) error {
	app, err := d.load()
	if err != nil {
		d.out.problem(err)
		d.out.say("the last good version keeps running")
		return nil
	}
	before := d.app
	d.app = app
	for _, m := range app.StateMachines {
		if i := slices.IndexFunc(before.StateMachines, func(o template.StateMachine) bool { return o.Name == m.Name }); i >= 0 && sameMachine(before.StateMachines[i], m) {
			continue
		}
		done, err := d.putMachine(ctx, m)
		if err != nil {
			return err
		}
		if done != "" {
			d.out.note(fmt.Sprintf("state machine %s %s", m.Name, done))
		}
	}
	for _, m := range before.StateMachines {
		if !declares(app, m.Name) {
			d.out.note("state machine " + m.Name + " is no longer declared; it stays until it is deleted")
		}
	}
	d.replaceFunctions(ctx)
	return d.putActivities(ctx)
}

func sameMachine(a, b template.StateMachine) bool {
	return a.Definition == b.Definition && a.Express == b.Express && a.RoleARN == b.RoleARN &&
		a.Logging == b.Logging && a.Tracing == b.Tracing && maps.Equal(a.Tags, b.Tags)
}

// replaceFunctions makes the server run the functions as they are now.
func (d *development) replaceFunctions(ctx context.Context) {
	before := maps.Clone(d.workshop.made)
	functions := d.workshop.make(ctx, d.app.Functions, d.out)
	if ctx.Err() != nil {
		return
	}
	if err := d.server.Functions.Replace(functions); err != nil {
		d.out.problem(err)
		return
	}
	for _, f := range functions {
		was, existed := before[f.Name]
		is := d.workshop.made[f.Name]
		switch {
		case is.err != nil:
		case !existed:
			d.out.note("function " + f.Name + " added")
		case was.seen != is.seen || !reflect.DeepEqual(was.function, f):
			d.out.note("function " + f.Name + " reloaded")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if _, ok := d.workshop.made[name]; !ok {
			d.out.note("function " + name + " removed")
		}
	}
}

// putMachine creates or updates a state machine and returns what it did: "" if the definition is wrong or cannot be
// used, which it has then reported.
func (d *development) putMachine(ctx context.Context, m template.StateMachine) (done string, err error) {
	compiled, diagnostics := asl.Compile(m.Definition, asl.Options{Express: m.Express, Services: d.server.Models})
	for _, diagnostic := range diagnostics {
		d.out.diagnostic(m, diagnostic)
	}
	old, err := d.server.Catalog.MachineByName(m.Name)
	exists := err == nil
	switch {
	case compiled == nil && exists:
		d.out.say(m.Name + " is not changed: its last good version keeps running")
		return "", nil
	case compiled == nil:
		d.out.say(m.Name + " is not created until its definition is right")
		return "", nil
	case !exists:
		_, err := d.server.Catalog.CreateMachine(ctx, catalog.CreateMachine{
			Name: m.Name, Express: m.Express, RoleARN: m.RoleARN, Definition: m.Definition,
			Logging: m.Logging, Tracing: m.Tracing, Tags: tagList(m.Tags),
		})
		if errors.Is(err, catalog.ErrTooManyTags) {
			d.out.problem(fmt.Errorf("state machine %s: %w", m.Name, err))
			return "", nil
		}
		return "created", err
	case old.Express != m.Express:
		d.out.problem(fmt.Errorf("%s is not changed: the type of a state machine is fixed; delete it, or give the new one another name", m.Name))
		return "", nil
	}
	return d.updateMachine(ctx, old, m)
}

func (d *development) updateMachine(ctx context.Context, old catalog.Machine, m template.StateMachine) (done string, err error) {
	done = "is as it was"
	definition, err := d.server.Catalog.Definition(ctx, old.Definition)
	if err != nil {
		return "", err
	}
	if definition != m.Definition || old.RoleARN != m.RoleARN || old.Logging != m.Logging || old.Tracing != m.Tracing {
		_, err = d.server.Catalog.UpdateMachine(ctx, m.Name, catalog.UpdateMachine{
			Definition: &m.Definition, RoleARN: &m.RoleARN, Logging: &m.Logging, Tracing: &m.Tracing,
		})
		done = "updated"
	}
	if errors.Is(err, catalog.ErrMachineDeleting) {
		d.out.problem(fmt.Errorf("state machine %s: %w", m.Name, err))
		return "", nil
	}
	if err == nil && len(m.Tags) > 0 {
		err = d.server.Catalog.ChangeTags(ctx, d.server.StateMachineARN(m.Name), tagList(m.Tags), nil)
	}
	return done, err
}

func tagList(tags map[string]string) []catalog.Tag {
	var list []catalog.Tag
	for _, k := range slices.Sorted(maps.Keys(tags)) {
		list = append(list, catalog.Tag{Key: k, Value: tags[k]})
	}
	return list
}

// putActivities creates the activities that do not exist yet.
func (d *development) putActivities(ctx context.Context) error {
	for _, a := range d.app.Activities {
		if _, err := d.server.Catalog.CreateActivity(ctx, a.Name, "", tagList(a.Tags)); err != nil {
			return fmt.Errorf("create the activity %s: %w", a.Name, err)
		}
	}
	return nil
}
