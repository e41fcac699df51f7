package main

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"One of ${enum}."`
}

// Run prints the script, made from the command line's own model so that it cannot fall behind.
func (c completionCommand) Run(parser *kong.Kong, std streams) error {
	var commands []string
	flags := map[string][]string{}
	for _, n := range parser.Model.Children {
		commands = append(commands, n.Name)
		for _, group := range n.AllFlags(true) {
			for _, f := range group {
				flags[n.Name] = append(flags[n.Name], "--"+f.Name)
			}
		}
	}
	switch c.Shell {
	case "fish":
		for _, n := range parser.Model.Children {
			fmt.Fprintf(std.out, "complete -c cogstep -n __fish_use_subcommand -a %s -d %q\n", n.Name, n.Help)
			for _, f := range flags[n.Name] {
				fmt.Fprintf(std.out, "complete -c cogstep -n '__fish_seen_subcommand_from %s' -l %s\n", n.Name, strings.TrimPrefix(f, "--"))
			}
		}
		return nil
	case "zsh":
		fmt.Fprintln(std.out, "autoload -U +X bashcompinit && bashcompinit")
	}
	fmt.Fprintln(std.out, "_cogstep() {")
	fmt.Fprintln(std.out, "  local word=${COMP_WORDS[COMP_CWORD]}")
	fmt.Fprintln(std.out, "  if [ \"$COMP_CWORD\" = 1 ]; then")
	fmt.Fprintf(std.out, "    COMPREPLY=($(compgen -W %q -- \"$word\")); return\n", strings.Join(commands, " "))
	fmt.Fprintln(std.out, "  fi")
	fmt.Fprintln(std.out, "  case ${COMP_WORDS[1]} in")
	for _, name := range commands {
		fmt.Fprintf(std.out, "    %s) COMPREPLY=($(compgen -f -W %q -- \"$word\"));;\n", name, strings.Join(flags[name], " "))
	}
	fmt.Fprintln(std.out, "  esac")
	fmt.Fprintln(std.out, "}")
	fmt.Fprintln(std.out, "complete -o filenames -F _cogstep cogstep")
	return nil
}
