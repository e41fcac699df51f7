package server

import (
	"context"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/cogstep/cogstep/internal/engine"
	"github.com/cogstep/cogstep/internal/executionlog"
	"github.com/cogstep/cogstep/internal/history"
)

// ExecutionLog says where the records go that state machines with a logging configuration ask for.
type ExecutionLog struct {
	// Destination is "stdout", "file:" with a path, or the URL of a server that speaks the API of CloudWatch Logs;
	// "": nowhere.
	Destination string
	// Level is that of state machines that do not ask for logging, with execution data: OFF, FATAL, ERROR or ALL; "": OFF.
	Level string

	Stdout      io.Writer
	Credentials aws.Credentials // for a URL; none: some that emulators take
}

// openLog makes the log of executions, if there is to be one.
func (s *Server) openLog() error {
	c := s.cfg.ExecutionLog
	if c.Destination == "" {
		return nil
	}
	var unasked executionlog.Settings
	if c.Level != "" {
		level, ok := history.ParseLogLevel(c.Level)
		if !ok {
			return fmt.Errorf("execution log: no level %q", c.Level)
		}
		unasked = executionlog.Settings{Level: level, IncludeData: true}
	}
	sink, err := executionlog.Destination{
		Name: c.Destination, Stdout: c.Stdout, Region: s.cfg.Scope.Region, Credentials: c.Credentials,
	}.Open()
	if err != nil {
		return err
	}
	s.log = executionlog.New(executionlog.Config{Sink: sink, Logger: s.cfg.Logger, Settings: func(ctx context.Context, key string) (executionlog.Settings, error) {
		r, err := s.Catalog.Revision(ctx, key)
		if err != nil || r.Logging == "" {
			return unasked, err
		}
		return executionlog.ParseSettings(r.Logging)
	}})
	return nil
}

// observer is everybody who looks on.
func (s *Server) observer() engine.Observer {
	switch {
	case s.log == nil:
		return s.cfg.Observer
	case s.cfg.Observer == nil:
		return s.log
	}
	return observers{s.cfg.Observer, s.log}
}

// observers are told one after the other.
type observers []engine.Observer

// Recorded implements engine.Observer.
func (all observers) Recorded(of engine.Origin, events []history.Event) {
	for _, o := range all {
		o.Recorded(of, events)
	}
}
