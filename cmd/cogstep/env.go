package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/cogstep/cogstep/internal/server"
)

type envCommand struct {
	Listen      string `default:"127.0.0.1:8083" help:"Address that the server serves on." env:"COGSTEP_LISTEN" placeholder:"ADDR"`
	Endpoint    string `help:"URL of the server, if it is not http:// and --listen." placeholder:"URL"`
	Region      string `default:"us-east-1" help:"Region of the server." env:"AWS_DEFAULT_REGION"`
	Credentials bool   `default:"true" negatable:"" help:"Also set credentials. The server takes any, so these are made up."`
	Format      string `default:"sh" enum:"sh,fish,powershell,dotenv,json" help:"How to print it: ${enum}."`
	Unset       bool   `help:"Print how to take the variables away again."`
}

// Help is what the command's --help says besides its flags.
func (envCommand) Help() string {
	return `In bash, zsh and direnv: eval "$(cogstep env)". In fish: cogstep env --format fish | source.`
}

// variable is one environment variable.
type variable struct{ name, value string }

// Run prints the environment variables by which the AWS CLI and the SDKs find a server.
func (c envCommand) Run(std streams) error {
	endpoint, err := c.endpoint()
	if err != nil {
		return err
	}
	region := cmp.Or(c.Region, server.DefaultRegion) // an empty environment variable says nothing
	variables := []variable{
		{"AWS_ENDPOINT_URL_SFN", endpoint},
		{"AWS_REGION", region},
		{"AWS_DEFAULT_REGION", region}, // all that botocore reads
		{"AWS_DISABLE_HOST_PREFIX_INJECTION", "true"},
	}
	if c.Credentials {
		variables = append(variables, variable{"AWS_ACCESS_KEY_ID", "local"}, variable{"AWS_SECRET_ACCESS_KEY", "local"})
	}
	_, err = fmt.Fprint(std.out, c.print(variables))
	return err
}

// endpoint returns where clients on this machine find the server.
func (c envCommand) endpoint() (string, error) {
	if c.Endpoint != "" {
		u, err := url.Parse(c.Endpoint)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return "", fmt.Errorf("--endpoint=%s: must be a URL such as http://127.0.0.1:8083", c.Endpoint)
		}
		return c.Endpoint, nil
	}
	host, port, err := net.SplitHostPort(cmp.Or(c.Listen, server.DefaultListen))
	if err != nil {
		return "", fmt.Errorf("--listen: %w", err)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1" // a server that listens everywhere does so here too
	}
	return "http://" + net.JoinHostPort(host, port), nil
}

// form is how a shell sets a variable and how it takes one away. %s are the name and the quoted value.
type form struct {
	set, unset string
	quote      *strings.Replacer // nil: values are not quoted
	hint       string
}

var forms = map[string]form{
	"sh":         {"export %s='%s'\n", "unset %s\n", strings.NewReplacer("'", `'\''`), "# Run this: eval \"$(cogstep env)\"\n"},
	"fish":       {"set -gx %s '%s';\n", "set -e %s;\n", strings.NewReplacer(`\`, `\\`, "'", `\'`), "# Run this: cogstep env --format fish | source\n"},
	"powershell": {"$Env:%s = '%s'\n", "Remove-Item Env:%s\n", strings.NewReplacer("'", "''"), "# Run this: cogstep env --format powershell | Out-String | Invoke-Expression\n"},
	"dotenv":     {"%s=%s\n", "%s=\n", nil, ""},
}

// print returns the variables in the format that was asked for. What a reader should know comes last: in an eval
// without quotes, which joins the lines, a comment swallows all that follows.
func (c envCommand) print(variables []variable) string {
	if c.Format == "json" {
		return c.json(variables)
	}
	f := forms[c.Format]
	var b strings.Builder
	for _, v := range variables {
		switch {
		case c.Unset:
			fmt.Fprintf(&b, f.unset, v.name)
		case f.quote == nil:
			fmt.Fprintf(&b, f.set, v.name, v.value)
		default:
			fmt.Fprintf(&b, f.set, v.name, f.quote.Replace(v.value))
		}
	}
	if !c.Unset {
		b.WriteString(f.hint)
	}
	return b.String()
}

// json returns an object; with Unset all its members are null.
func (c envCommand) json(variables []variable) string {
	members := make([]string, len(variables))
	for i, v := range variables {
		value := []byte("null")
		if !c.Unset {
			value, _ = json.Marshal(v.value) // a string always has a JSON text
		}
		members[i] = fmt.Sprintf("  %q: %s", v.name, value)
	}
	return "{\n" + strings.Join(members, ",\n") + "\n}\n"
}
