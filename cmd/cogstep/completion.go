package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"One of ${enum}."`
}

// Run prints the script, made from the command line's own model so that it cannot fall behind.
func (c completionCommand) Run(parser *kong.Kong, std streams) error {
	var commands []string
	words := map[string][]string{} // what may follow a command: its own commands, and flags
	for _, n := range parser.Model.Children {
		commands = append(commands, n.Name)
		for _, inner := range n.Children {
			words[n.Name] = append(words[n.Name], inner.Name)
		}
		for _, node := range append([]*kong.Node{n}, n.Children...) {
			for _, group := range node.AllFlags(true) {
				for _, f := range group {
					if word := "--" + f.Name; !slices.Contains(words[n.Name], word) {
						words[n.Name] = append(words[n.Name], word)
					}
				}
			}
		}
	}
	switch c.Shell {
	case "fish":
		for _, n := range parser.Model.Children {
			fmt.Fprintf(std.out, "complete -c cogstep -n __fish_use_subcommand -a %s -d %q\n", n.Name, n.Help)
			for _, word := range words[n.Name] {
				option := "-a " + word
				if flag, ok := strings.CutPrefix(word, "--"); ok {
					option = "-l " + flag
				}
				fmt.Fprintf(std.out, "complete -c cogstep -n '__fish_seen_subcommand_from %s' %s\n", n.Name, option)
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
		fmt.Fprintf(std.out, "    %s) COMPREPLY=($(compgen -f -W %q -- \"$word\"));;\n", name, strings.Join(words[name], " "))
	}
	fmt.Fprintln(std.out, "  esac")
	fmt.Fprintln(std.out, "}")
	fmt.Fprintln(std.out, "complete -o filenames -F _cogstep cogstep")
	return nil
}
