package main

import (
	"cmp"
	"context"
	"io"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/cogstep/cogstep/internal/bench"
	"github.com/cogstep/cogstep/internal/server"
)

type benchCommand struct {
	Scenario string `arg:"" enum:"pass10,task5,express10,map,wait" help:"What to run: ${enum}."`

	Endpoint string `default:"http://127.0.0.1:8083" help:"URL of the Step Functions API." env:"AWS_ENDPOINT_URL_SFN" placeholder:"URL"`
	Region   string `default:"us-east-1" help:"Region to sign requests for." env:"AWS_DEFAULT_REGION"`
	RoleARN  string `name:"role-arn" default:"arn:aws:iam::000000000000:role/bench" help:"Role of the state machines." placeholder:"ARN"`

	Concurrency int           `default:"64" help:"Closed loop: clients that start one execution after the other."`
	Rate        float64       `help:"Open loop instead: executions per second, on schedule whatever the answers." placeholder:"R"`
	Duration    time.Duration `help:"How long to offer load; 10s if there is no --count either."`
	Warmup      time.Duration `default:"2s" help:"How long to offer load before that is not measured."`
	Count       int           `help:"Executions to start at most." placeholder:"N"`
	Until       string        `default:"auto" enum:"auto,start,end" help:"What a client waits for: the answer of StartExecution (start) or the end of the execution (end); auto is end for task5, start otherwise."`
	Timeout     time.Duration `default:"60s" help:"Patience with a request, and with what was started."`

	WaitSeconds     int    `default:"10" help:"wait: seconds that each execution waits." placeholder:"S"`
	FunctionsListen string `default:"127.0.0.1:9001" help:"task5: address to serve functions on; start the server with LAMBDA_ENDPOINT=http://ADDR." placeholder:"ADDR"`
	Function        string `help:"task5: name or ARN of a function that somebody else serves." placeholder:"NAME"`

	ServerPID int    `name:"server-pid" help:"Process of the server, to report its CPU, memory and writes (Linux only)." placeholder:"PID"`
	JSON      string `name:"json" help:"Also write the report as JSON to FILE; - is standard output, and the table goes to standard error." placeholder:"FILE"`
}

// Help is what the command's --help says besides its flags.
func (benchCommand) Help() string {
	return `Requests are signed with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or with made-up credentials if there are none. In the cloud every state transition costs money. docs/performance.md says what the figures mean.`
}

// Run offers load to an endpoint and prints what it measured. The exit code is 1 if anything went wrong under load.
func (c benchCommand) Run(ctx context.Context, std streams) error {
	report, err := bench.Run(ctx, bench.Config{
		Scenario: c.Scenario, Endpoint: cmp.Or(c.Endpoint, "http://"+server.DefaultListen), Region: cmp.Or(c.Region, server.DefaultRegion),
		RoleARN: c.RoleARN, Credentials: benchCredentials(),
		Concurrency: c.Concurrency, Rate: c.Rate, Duration: c.Duration, Warmup: c.Warmup, Count: c.Count, Until: c.Until, Timeout: c.Timeout,
		WaitSeconds: c.WaitSeconds, FunctionsListen: c.FunctionsListen, Function: c.Function, ServerPID: c.ServerPID,
	})
	if report != nil { // with an error, too: state machines that could not be deleted take nothing from the figures
		if writeErr := c.write(report, std); writeErr != nil {
			return writeErr
		}
	}
	if err != nil {
		return err
	}
	if !report.Clean() {
		return errFailed
	}
	return nil
}

func benchCredentials() aws.Credentials {
	id, secret := os.Getenv("AWS_ACCESS_KEY_ID"), os.Getenv("AWS_SECRET_ACCESS_KEY")
	if id == "" || secret == "" {
		return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}
	}
	return aws.Credentials{AccessKeyID: id, SecretAccessKey: secret, SessionToken: os.Getenv("AWS_SESSION_TOKEN")}
}

func (c benchCommand) write(report *bench.Report, std streams) error {
	table := std.out
	if c.JSON == "-" {
		table = std.err
	}
	if err := report.WriteTable(table); err != nil || c.JSON == "" {
		return err
	}
	if c.JSON == "-" {
		return report.WriteJSON(std.out)
	}
	return writeFile(c.JSON, report.WriteJSON)
}

func writeFile(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	err = write(f)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}
