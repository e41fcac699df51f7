package main

import (
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/cogstep/cogstep/internal/server"
)

// logFlags are what the commands that keep on serving have in common: where executions log to. That the destination
// can be the variable by which SDKs find CloudWatch Logs lets one environment configure everybody.
type logFlags struct {
	ExecutionLog      string `help:"Where the log records go that state machines with a logging configuration ask for: stdout, file:PATH, or the URL of a CloudWatch Logs endpoint. Without it, nowhere." env:"COGSTEP_EXECUTION_LOG,AWS_ENDPOINT_URL_LOGS" placeholder:"TO"`
	ExecutionLogLevel string `default:"OFF" enum:"OFF,FATAL,ERROR,ALL" help:"How much state machines log that do not ask for it: ${enum}." env:"COGSTEP_EXECUTION_LOG_LEVEL"`
}

func (f logFlags) executionLog(std streams) server.ExecutionLog {
	return server.ExecutionLog{
		Destination: f.ExecutionLog, Level: f.ExecutionLogLevel, Stdout: std.out,
		Credentials: aws.Credentials{
			AccessKeyID:     os.Getenv("AWS_ACCESS_KEY_ID"),
			SecretAccessKey: os.Getenv("AWS_SECRET_ACCESS_KEY"),
			SessionToken:    os.Getenv("AWS_SESSION_TOKEN"),
		},
	}
}
