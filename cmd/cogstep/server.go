package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/cogstep/cogstep/internal/arn"
	"github.com/cogstep/cogstep/internal/server"
)

// serviceFlags are what every command that serves has in common. The environment names are those of Step Functions Local.
type serviceFlags struct {
	Listen         string         `default:"127.0.0.1:8083" help:"Address to serve on." env:"COGSTEP_LISTEN" placeholder:"ADDR"`
	Account        string         `default:"000000000000" help:"Account id in ARNs." env:"AWS_ACCOUNT_ID"`
	Region         string         `default:"us-east-1" help:"Region in ARNs." env:"AWS_DEFAULT_REGION"`
	LambdaEndpoint string         `help:"Server that speaks Lambda's Invoke API, for functions that are not declared here." env:"LAMBDA_ENDPOINT" placeholder:"URL"`
	MockConfig     string         `help:"Mock configuration file of Step Functions Local; start executions with STATE_MACHINE_ARN#TEST_CASE." env:"SFN_MOCK_CONFIG" placeholder:"FILE"`
	Jobs           string         `help:"File that binds ECS tasks, Batch jobs, CodeBuild builds and Glue jobs to commands or images of this machine (docs/local-jobs.md)." env:"COGSTEP_JOBS" placeholder:"FILE" type:"path"`
	AssumeRoles    bool           `help:"Call AWS services with the role of the state machine. Without it, only a state's Credentials name a role; all else uses the credentials of this process." env:"COGSTEP_ASSUME_ROLES"`
	Connections    string         `help:"File of connections for HTTP Tasks, instead of EventBridge's." env:"COGSTEP_CONNECTIONS" placeholder:"FILE" type:"path"`
	PrivateNets    bool           `name:"allow-private-networks" help:"Let HTTP Tasks call addresses of private networks." env:"COGSTEP_ALLOW_PRIVATE_NETWORKS"`
	Kubeconfig     string         `help:"Kubeconfig by which eks:call and eks:runJob reach the clusters that it names." env:"COGSTEP_KUBECONFIG" placeholder:"FILE" type:"path"`
	Calls          map[string]int `help:"Calls under way at once for single services, as in sqs=50;aws-sdk:dynamodb=10. Without it, 1000 for each." placeholder:"SERVICE=N;…"`
	CallTimeout    time.Duration  `default:"2m" help:"How long an attempt of a call of an AWS service may take. Lambda functions have 15 minutes in any case." env:"COGSTEP_CALL_TIMEOUT" placeholder:"TIME"`
	modelFile
	LogLevel string `default:"info" enum:"debug,info,warn,error" help:"Lowest level to log: ${enum}." env:"COGSTEP_LOG_LEVEL"`
}

func (f serviceFlags) config(std streams) (server.Config, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(f.LogLevel)); err != nil {
		return server.Config{}, err
	}
	return server.Config{
		Listen: f.Listen, Scope: arn.Scope{Account: f.Account, Region: f.Region},
		LambdaEndpoint: f.LambdaEndpoint, MockConfig: f.MockConfig, Jobs: f.Jobs,
		Models: f.Models, AssumeMachineRoles: f.AssumeRoles, Connections: f.Connections, PrivateNetworks: f.PrivateNets, Kubeconfig: f.Kubeconfig, Calls: f.Calls, CallTimeout: f.CallTimeout,
		Logger: slog.New(slog.NewTextHandler(std.err, &slog.HandlerOptions{Level: level})),
	}, nil
}

type serverCommand struct {
	Data      string    `help:"Directory that everything is stored in. Without it, everything is in memory and gone at the end." env:"COGSTEP_DATA" placeholder:"DIR" type:"path"`
	Quotas    string    `default:"auto" help:"Limits of API calls: aws (the service's quotas in the region), off, auto (off on the loopback interface, else aws), or a JSON FILE that changes the service's." env:"COGSTEP_QUOTAS" placeholder:"auto|aws|off|FILE"`
	Retention retention `default:"90d" help:"How long closed executions are kept: 90d, 36h, …; 0 is for ever." env:"COGSTEP_RETENTION" placeholder:"TIME"`
	serviceFlags
	logFlags
}

// Run serves until it is interrupted.
func (c serverCommand) Run(ctx context.Context, std streams) error {
	cfg, err := c.config(std)
	if err != nil {
		return err
	}
	cfg.Data, cfg.Quotas, cfg.Retention = c.Data, c.Quotas, time.Duration(c.Retention)
	cfg.ExecutionLog = c.executionLog(std)
	cfg.JobLog = func(binding, line string) { cfg.Logger.Info("local job", "job", binding, "line", line) }
	if cfg.Data != "" {
		if err := os.MkdirAll(filepath.Dir(cfg.Data), 0o755); err != nil {
			return err
		}
	} else {
		cfg.Logger.Warn("no --data directory: executions are kept in memory and lost at the end")
	}
	s, err := server.Open(ctx, cfg)
	if err != nil {
		return err
	}
	cfg.Logger.Info("serving", "url", s.URL(), "account", c.Account, "region", c.Region, "data", cfg.Data)
	fmt.Fprintf(std.out, "Cogstep serves the Step Functions API at %s, and its console at %s\n", s.URL(), s.Console())
	if s.Throttles() {
		fmt.Fprintf(std.out, "API calls are limited to quotas (%s), as on AWS; --quotas off lifts them.\n", c.Quotas)
	}
	err = s.Run(ctx)
	cfg.Logger.Info("stopping")
	if closeErr := s.Close(context.WithoutCancel(ctx)); err == nil {
		err = closeErr
	}
	return err
}
