package main

import (
	"context"

	"github.com/cogstep/cogstep/internal/server"
)

// runJobCommand is not for users: the server starts it to look after one local job, so that the job can outlive the server.
type runJobCommand struct {
	Folder string `arg:"" help:"Folder of the job."`
}

// Run runs the job to its end.
func (c runJobCommand) Run(ctx context.Context, std streams) error {
	return server.Supervise(ctx, c.Folder, std.in)
}
