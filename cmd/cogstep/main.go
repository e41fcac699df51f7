// Command cogstep is AWS Step Functions on your own machine: the service, its development loop and its tools in one
// program. Each subcommand stands in a file of its own.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"
)

// cli is the command line: the one place for commands, flags, their environment variables and their help.
type cli struct {
	Dev        devCommand        `cmd:"" help:"Run an application on this machine: server, functions and state machines from a template, reloaded when files change."`
	Server     serverCommand     `cmd:"" help:"Run the service."`
	Run        runCommand        `cmd:"" help:"Run one execution of a definition in the terminal."`
	Validate   validateCommand   `cmd:"" help:"Check definitions and print what is wrong with them, like a compiler."`
	Env        envCommand        `cmd:"" help:"Print the environment variables by which the AWS CLI and the SDKs find the server."`
	Bench      benchCommand      `cmd:"" help:"Offer load to a Step Functions endpoint and report what it does."`
	Graph      graphCommand      `cmd:"" help:"Print a definition as a Mermaid diagram."`
	Model      modelCommand      `cmd:"" help:"Show what Tasks can call: the models of AWS services."`
	RunJob     runJobCommand     `cmd:"" hidden:"" help:"Look after one local job."`
	Completion completionCommand `cmd:"" help:"Print a shell completion script."`
	Version    versionCommand    `cmd:"" help:"Print the version."`
}

// Exit codes. 1 is what a command that did its work reports about its subject: a failed execution, a faulty definition.
const (
	exitFailed = 1
	exitUsage  = 2
	exitBroken = 3 // the command itself could not do its work
)

// errFailed ends a command with exitFailed after it has said all there is to say.
var errFailed = errors.New("failed")

// streams are the standard streams, so that tests can stand in for them.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}

// run carries out one command line and returns the exit code.
func run(ctx context.Context, args []string, std streams) (code int) {
	var c cli
	exited := false
	parser, err := kong.New(&c,
		kong.Name("cogstep"),
		kong.Description("AWS Step Functions as open source: one binary, the same language, API and histories.\n\nDocumentation: docs/ in the repository. Every flag can also be set by the environment variable that its help names."),
		kong.Writers(std.out, std.err),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}),
		kong.Exit(func(c int) { exited, code = true, c }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(std),
	)
	if err != nil {
		fmt.Fprintln(std.err, "cogstep:", err)
		return exitBroken
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if exited { // --help
		return code
	}
	if err != nil {
		fmt.Fprintf(std.err, "cogstep: %v\nTry 'cogstep --help'.\n", err)
		return exitUsage
	}
	switch err := parsed.Run(parser); {
	case err == nil:
		return 0
	case errors.Is(err, errFailed):
		return exitFailed
	default:
		fmt.Fprintln(std.err, "cogstep:", err)
		return exitBroken
	}
}

type versionCommand struct{}

// Run prints the version that the program was built from.
func (versionCommand) Run(std streams) error {
	_, err := fmt.Fprintln(std.out, "cogstep", version())
	return err
}

func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}
