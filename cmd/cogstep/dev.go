package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/cogstep/cogstep/internal/localfunction"
	"github.com/cogstep/cogstep/internal/server"
	"github.com/cogstep/cogstep/internal/template"
	"github.com/cogstep/cogstep/query"
)

type devCommand struct {
	Files     []string          `arg:"" optional:"" help:"Templates, serverless.yml, definitions and files of functions; default: template.yaml, template.yml, template.json or serverless.yml, else *.asl.json and *.asl.yaml."`
	Data      string            `default:".cogstep" help:"Directory that everything is stored in." env:"COGSTEP_DATA" placeholder:"DIR" type:"path"`
	Memory    bool              `help:"Keep everything in memory, gone at the end."`
	NoReload  bool              `help:"Do not look at files once everything runs."`
	Start     string            `help:"Start an execution of this state machine once everything runs." placeholder:"NAME"`
	Input     string            `short:"i" default:"{}" help:"Its input: JSON text, @FILE, or - for standard input."`
	Parameter map[string]string `help:"Value for a parameter of the template, or an option of serverless.yml." placeholder:"NAME=VALUE"`
	serviceFlags
	logFlags
}

// Run runs the application until it is interrupted.
func (c devCommand) Run(ctx context.Context, std streams) error {
	files, err := c.files()
	if err != nil {
		return err
	}
	input, err := readInput(c.Input, std)
	if err != nil {
		return err
	}
	cfg, err := c.config(std)
	if err != nil {
		return err
	}
	programs, remove, err := c.directories(&cfg)
	if err != nil {
		return err
	}
	defer remove()
	d := &development{
		files: files, options: template.Options{Scope: cfg.Scope, Parameters: c.Parameter},
		workshop: workshop{builder: localfunction.Builder{Cache: programs}},
		out:      console{std.out, colored(std.out)},
	}
	app, err := d.load()
	if err != nil {
		d.out.problem(err)
		return errFailed
	}
	if c.Start != "" && !declares(app, c.Start) {
		return fmt.Errorf("--start %s: no file declares a state machine of that name", c.Start)
	}
	d.app = app
	cfg.Functions = d.workshop.make(ctx, app.Functions, d.out)
	cfg.FunctionLog = d.out.functionLine
	cfg.JobLog = d.out.functionLine
	cfg.Observer = newProgress(std.out, true)
	cfg.ExecutionLog = c.executionLog(std)
	if d.server, err = server.Open(ctx, cfg); err != nil {
		return err
	}
	err = d.run(ctx, c, input)
	if closeErr := d.server.Close(context.WithoutCancel(ctx)); err == nil {
		err = closeErr
	}
	return err
}

// run puts the application on the open server and looks after it until ctx ends.
func (d *development) run(ctx context.Context, c devCommand, input string) error {
	for _, m := range d.app.StateMachines {
		if _, err := d.putMachine(ctx, m); err != nil {
			return err
		}
	}
	if err := d.putActivities(ctx); err != nil {
		return err
	}
	d.introduce(c)
	served := make(chan error, 1)
	serving, stop := context.WithCancel(ctx)
	defer stop()
	go func() { served <- d.server.Run(serving) }()
	if c.Start != "" {
		if err := d.start(ctx, c.Start, input); err != nil {
			d.out.problem(err)
		}
	}
	err := d.watch(ctx, !c.NoReload, served)
	d.out.say("")
	d.out.say("stopping")
	return err
}

// files returns what to run: the arguments, or what the current directory offers.
func (c devCommand) files() ([]string, error) {
	if len(c.Files) > 0 {
		return c.Files, nil
	}
	for _, name := range []string{"template.yaml", "template.yml", "template.json", "serverless.yml", "serverless.yaml"} {
		if _, err := os.Stat(name); err == nil {
			return []string{name}, nil
		}
	}
	var found []string
	for _, pattern := range []string{"*.asl.json", "*.asl.yaml", "*.asl.yml"} {
		matches, _ := filepath.Glob(pattern) // the patterns are well-formed
		found = append(found, matches...)
	}
	if len(found) == 0 {
		return nil, errors.New("there is no template.yaml, no serverless.yml and no *.asl.json here; name the files to run: cogstep dev FILE…")
	}
	return found, nil
}

// directories prepares the data directory and says where built programs go. remove takes away what is not to stay.
func (c devCommand) directories(cfg *server.Config) (programs string, remove func(), err error) {
	if c.Memory {
		dir, err := os.MkdirTemp("", "cogstep-dev-")
		return dir, func() { os.RemoveAll(dir) }, err
	}
	cfg.Data = c.Data
	if err := os.MkdirAll(c.Data, 0o755); err != nil {
		return "", nil, err
	}
	ignore := filepath.Join(c.Data, ".gitignore") // nobody wants to commit it
	if err := os.WriteFile(ignore, []byte("*\n"), 0o644); err != nil {
		return "", nil, err
	}
	return filepath.Join(c.Data, "functions"), func() {}, nil
}

func declares(app *template.Application, machine string) bool {
	for _, m := range app.StateMachines {
		if m.Name == machine {
			return true
		}
	}
	return false
}

// start starts an execution as a client would.
func (d *development) start(ctx context.Context, machine, input string) error {
	var request query.ObjectBuilder
	request.Set("stateMachineArn", query.StringValue(d.server.StateMachineARN(machine)))
	request.Set("name", query.StringValue(time.Now().Format("20060102-150405"))) // shorter to read than an id
	request.Set("input", query.StringValue(input))
	_, err := d.server.API.Call(ctx, "StartExecution", request.Build(), nil)
	if err != nil {
		return fmt.Errorf("start %s: %w", machine, err)
	}
	return nil
}
