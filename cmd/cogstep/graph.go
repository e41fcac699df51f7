package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/cogstep/cogstep/asl"
)

type graphCommand struct {
	File    string `arg:"" help:"Definition (.asl.json, .asl.yaml); - for standard input."`
	Express bool   `help:"Read as the definition of an Express state machine."`
}

// Run prints the diagram.
func (c graphCommand) Run(std streams) error {
	text, err := readDefinition(c.File, std)
	if err != nil {
		return err
	}
	m, err := compile(c.File, text, c.Express, std)
	if err != nil {
		return err
	}
	g := mermaid{out: std.out, ids: map[asl.StateName]string{}}
	fmt.Fprintln(g.out, "flowchart TD")
	g.workflow(m.Workflow, "begin", "finish", 1)
	return nil
}

// mermaid writes a definition in Mermaid's flowchart language: one node for a state, one subgraph for a branch.
type mermaid struct {
	out io.Writer
	ids map[asl.StateName]string
}

// id gives a state a name that Mermaid can read.
func (g *mermaid) id(name asl.StateName) string {
	if g.ids[name] == "" {
		g.ids[name] = fmt.Sprintf("s%d", len(g.ids)+1)
	}
	return g.ids[name]
}

func (g *mermaid) line(depth int, format string, args ...any) {
	fmt.Fprintf(g.out, "%s%s\n", strings.Repeat("  ", depth), fmt.Sprintf(format, args...))
}

// workflow writes a level of states between two circles.
func (g *mermaid) workflow(w *asl.Workflow, start, end string, depth int) {
	g.line(depth, "%s((start)) --> %s", start, g.id(w.StartAt))
	for _, s := range w.States {
		g.state(s, end, depth)
	}
	g.line(depth, "%s((end))", end)
}

// shapes are the outlines by state type.
var shapes = map[string][2]string{
	"Choice": {"{", "}"}, "Wait": {"([", "])"}, "Succeed": {"((", "))"}, "Fail": {"((", "))"},
	"Task": {"[[", "]]"}, "Pass": {"[", "]"}, "Parallel": {"[/", "/]"}, "Map": {"[/", "/]"},
}

func (g *mermaid) state(s asl.State, end string, depth int) {
	c := s.Common()
	id, shape := g.id(c.Name), shapes[c.Type]
	g.line(depth, "%s%s%s%s", id, shape[0], quoted(string(c.Name)), shape[1])
	var catch []asl.Catcher
	switch s := s.(type) {
	case *asl.Choice:
		for i, r := range s.Rules {
			g.edge(depth, id, r.Next, fmt.Sprintf("rule %d", i+1))
		}
		if s.Default != "" {
			g.edge(depth, id, s.Default, "default")
		}
	case *asl.Task:
		catch = s.Catch
	case *asl.Parallel:
		catch = s.Catch
		for i, b := range s.Branches {
			g.inner(b, id, fmt.Sprintf("branch %d", i+1), i, depth)
		}
	case *asl.Map:
		catch = s.Catch
		g.inner(s.Processor, id, "for each item", 0, depth)
	}
	for _, h := range catch {
		g.line(depth, "%s -. %s .-> %s", id, quoted(strings.Join(h.ErrorEquals, ", ")), g.id(h.Next))
	}
	switch {
	case c.Next != "":
		g.edge(depth, id, c.Next, "")
	case c.Type != "Choice":
		g.line(depth, "%s --> %s", id, end)
	}
}

func (g *mermaid) inner(w *asl.Workflow, owner, title string, i, depth int) {
	name := fmt.Sprintf("%s_%d", owner, i)
	g.line(depth, "%s --- %s", owner, name)
	g.line(depth, "subgraph %s[%s]", name, quoted(title))
	g.workflow(w, name+"_start", name+"_end", depth+1)
	g.line(depth, "end")
}

func (g *mermaid) edge(depth int, from string, to asl.StateName, label string) {
	if label == "" {
		g.line(depth, "%s --> %s", from, g.id(to))
		return
	}
	g.line(depth, "%s -->|%s| %s", from, label, g.id(to))
}

// quoted makes a label of any text.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`"`, "#quot;", "\n", " ").Replace(s) + `"`
}
