package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/cogstep/cogstep/internal/catalog"
	"github.com/cogstep/cogstep/internal/engine"
	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/internal/server"
	"github.com/cogstep/cogstep/internal/uuid"
	"github.com/cogstep/cogstep/query"
)

type runCommand struct {
	File     string `arg:"" help:"Definition (.asl.json, .asl.yaml); - for standard input."`
	Input    string `short:"i" default:"{}" help:"JSON text, @FILE, or - for standard input."`
	Name     string `help:"Name of the state machine; default: the file's." placeholder:"NAME"`
	TestCase string `help:"Test case of the mock configuration." placeholder:"CASE"`
	Express  bool   `help:"Run as an Express execution."`
	Quiet    bool   `short:"q" help:"Print nothing but the output."`
	serviceFlags
}

// Run runs one execution in memory and shows what it does. The output goes to standard output, the progress to standard
// error. It fails if the execution does not succeed.
func (c runCommand) Run(ctx context.Context, std streams) error {
	text, err := readDefinition(c.File, std)
	if err != nil {
		return err
	}
	if _, err := compile(c.File, text, c.Express, std); err != nil {
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
	cfg.Listen = "" // a free port: a server may be running beside it
	if !c.Quiet {
		cfg.Observer = newProgress(std.err, false)
	}
	s, err := server.Open(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close(context.WithoutCancel(ctx)) }() // nothing is kept
	h, err := c.execute(ctx, s, text, input)
	if err != nil {
		return err
	}
	switch status := h.Status.(type) {
	case execution.Succeeded:
		fmt.Fprintln(std.out, status.Output.Text())
		return nil
	case execution.Failed:
		fmt.Fprintf(std.err, "cogstep: the execution failed: %s\n", strings.TrimSuffix(status.Error+": "+status.Cause, ": "))
	default:
		fmt.Fprintf(std.err, "cogstep: the execution ended as %s\n", status.Name())
	}
	return errFailed
}

func (c runCommand) execute(ctx context.Context, s *server.Server, definition, input string) (execution.Header, error) {
	name := c.Name
	if name == "" {
		name = machineName(c.File)
	}
	m, err := s.Catalog.CreateMachine(ctx, catalog.CreateMachine{
		Name: name, Express: c.Express, RoleARN: "arn:aws:iam::" + c.Account + ":role/cogstep", Definition: definition,
	})
	if err != nil {
		return execution.Header{}, err
	}
	start := engine.StartExecution{
		Name: uuid.New(), StateMachineARN: s.StateMachineARN(m.Name), MachineName: m.Name, RoleARN: m.RoleARN, Definition: m.Definition, Incarnation: m.Incarnation,
		Input: query.Trusted(input), TestCase: c.TestCase,
	}
	if c.Express {
		return s.Engine.StartSync(ctx, start)
	}
	started, err := s.Engine.Start(ctx, start)
	if err != nil {
		return execution.Header{}, err
	}
	h, err := s.Engine.Wait(ctx, started.ARN)
	if errors.Is(err, context.Canceled) {
		return h, errors.New("interrupted")
	}
	return h, err
}

// machineName makes a state machine's name from a file's: what stands before the first dot, without what names
// must not have.
func machineName(path string) string {
	base, _, _ := strings.Cut(filepath.Base(path), ".")
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_':
			return r
		}
		return '-'
	}, base)
	if strings.Trim(name, "-") == "" {
		return "StateMachine"
	}
	return name[:min(len(name), 80)]
}

// readInput reads an input argument: JSON text, @FILE, or - for standard input.
func readInput(arg string, std streams) (string, error) {
	var raw []byte
	var err error
	switch {
	case arg == "-":
		raw, err = io.ReadAll(io.LimitReader(std.in, execution.PayloadBytesMax+1))
	case strings.HasPrefix(arg, "@"):
		raw, err = os.ReadFile(arg[1:])
	default:
		raw = []byte(arg)
	}
	if err != nil {
		return "", err
	}
	text := strings.TrimSpace(string(raw))
	if len(text) > execution.PayloadBytesMax {
		return "", fmt.Errorf("the input has %d bytes; %d are allowed", len(text), execution.PayloadBytesMax)
	}
	if _, err := query.NewDocument(text); err != nil {
		return "", fmt.Errorf("the input is not JSON: %w", err)
	}
	return text, nil
}
