// Package docs runs the examples of the guides in docs/ and compares what they print.
//
// A guide is a page with ```console blocks. Lines that begin with "$ " are commands (a line that ends in a backslash goes
// on), the lines behind them what they print: "…" in a line stands for anything, a line that is "…" alone for any lines.
// A ```json block whose info string names a file ("```json title=FILE") is put there before. The commands of a page run
// in one shell, in a directory with nothing but examples/, with a server at the address that the page uses,
// http://127.0.0.1:8083. If the first command of a page is "bin/cogstep dev …" or "bin/cogstep server …", that is the
// server.
package docs

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/cogstep/cogstep/test/program"
)

func TestMain(m *testing.M) { program.Main(m) }

// address is where guides expect the server.
const address = "http://127.0.0.1:8083"

// pageTimeMax is how long all commands of a page may take.
const pageTimeMax = 2 * time.Minute

func TestGuides(t *testing.T) {
	if _, err := exec.LookPath("aws"); err != nil {
		t.Skipf("SKIPPED: the guides use the AWS CLI: %v", err)
	}
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	examples := 0
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		g := parse(string(text))
		examples += len(g.steps)
		if len(g.steps) == 0 {
			continue
		}
		t.Run(filepath.Base(page), func(t *testing.T) {
			t.Parallel()
			g.play(t)
		})
	}
	if examples == 0 {
		t.Error("no page has an example")
	}
}

// step is a command with what it should print.
type step struct {
	command string
	want    []string
	line    int
}

type guide struct {
	files map[string]string
	steps []step
}

var (
	fence    = regexp.MustCompile("^\\s*```(\\w*)(.*)$")
	fileName = regexp.MustCompile(`title=(\S+)`)
)

// parse takes the examples out of a page.
func parse(page string) (g guide) {
	g.files = map[string]string{}
	kind, file := "", ""
	for i, line := range strings.Split(page, "\n") {
		if m := fence.FindStringSubmatch(line); m != nil {
			if kind != "" {
				kind, file = "", ""
				continue
			}
			kind = m[1]
			if kind == "" {
				kind = "text"
			}
			if name := fileName.FindStringSubmatch(m[2]); name != nil {
				file = name[1]
			}
			continue
		}
		switch {
		case file != "":
			g.files[file] += line + "\n"
		case kind != "console":
		case strings.HasPrefix(line, "$ "):
			g.steps = append(g.steps, step{command: line[2:], line: i + 1})
		case len(g.steps) == 0:
		default:
			last := &g.steps[len(g.steps)-1]
			if strings.HasSuffix(last.command, "\\") && len(last.want) == 0 {
				last.command += "\n" + line
			} else {
				last.want = append(last.want, line)
			}
		}
	}
	return g
}

// play runs the commands of a page one after the other in one shell.
func (g guide) play(t *testing.T) {
	dir := t.TempDir()
	examples, err := filepath.Abs("../../examples")
	if err == nil {
		err = os.Symlink(examples, filepath.Join(dir, "examples"))
	}
	if err != nil {
		t.Fatal(err)
	}
	command, args := "server", []string{}
	for _, serving := range []string{"dev", "server"} {
		if given, ok := strings.CutPrefix(g.steps[0].command, "bin/cogstep "+serving+" "); ok {
			command, args = serving, strings.Fields(given)
			g.steps = g.steps[1:]
			break
		}
	}
	for name, text := range g.files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s, err := program.ServeAs(dir, []string{"GOCACHE=" + goCache(t)}, command, append(args, "--data", t.TempDir())...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Kill)
	const mark = "\x01end of step %d\x01"
	var script strings.Builder
	for i, st := range g.steps {
		fmt.Fprintf(&script, "%s\nprintf '%s\\n'\n", strings.ReplaceAll(st.command, address, s.URL), fmt.Sprintf(mark, i))
	}
	ctx, cancel := context.WithTimeout(t.Context(), pageTimeMax)
	defer cancel()
	cmd := exec.CommandContext(ctx, "bash", "-c", script.String())
	cmd.Dir = dir
	cmd.Env = program.Environ("AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null", "AWS_PAGER=")
	for i, v := range cmd.Env {
		if path, ok := strings.CutPrefix(v, "PATH="); ok {
			cmd.Env[i] = "PATH=" + filepath.Dir(program.Path()) + ":" + path
		}
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Logf("the shell ended with %v", err)
	}
	for i, st := range g.steps {
		printed, rest, ok := bytes.Cut(out, fmt.Appendf(nil, mark+"\n", i))
		if !ok {
			t.Fatalf("line %d: the shell ended in %q:\n%s", st.line, st.command, out)
		}
		out = rest
		got := strings.ReplaceAll(string(printed), s.URL, address)
		if !matches(st.want, strings.Split(strings.TrimRight(got, "\n"), "\n")) {
			t.Errorf("line %d: %s\nprints\n%s\nbut the page says\n%s", st.line, st.command, got, strings.Join(st.want, "\n"))
		}
	}
}

// goCache is where the functions of the examples are built.
func goCache(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// matches compares lines; a want of "…" alone stands for any lines.
func matches(want, got []string) bool {
	for len(want) > 0 && strings.TrimSpace(want[len(want)-1]) == "" {
		want = want[:len(want)-1]
	}
	if len(want) == 0 {
		return true // the page does not show what is printed
	}
	if strings.TrimSpace(want[0]) == "…" {
		for skip := 0; skip <= len(got); skip++ {
			if len(want) == 1 && skip == len(got) || len(want) > 1 && matches(want[1:], got[skip:]) {
				return true
			}
		}
		return false
	}
	if len(got) == 0 || !like(want[0], got[0]) {
		return false
	}
	if len(want) == 1 {
		return len(got) == 1
	}
	return matches(want[1:], got[1:])
}

// like compares a line in which "…" stands for anything.
func like(want, got string) bool {
	parts := strings.Split(strings.TrimRight(want, " "), "…")
	for i := range parts {
		parts[i] = regexp.QuoteMeta(parts[i])
	}
	ok, _ := regexp.MatchString("^"+strings.Join(parts, ".*")+"$", strings.TrimRight(got, " "))
	return ok
}

func TestAnExampleThatPrintsSomethingElseIsFound(t *testing.T) {
	for _, c := range []struct {
		want, got string
		ok        bool
	}{
		{"a", "a", true}, {"a", "b", false}, {"a", "a\nb", false}, {"a\nb", "a", false},
		{"x…z", "xyz", true}, {"x…z", "xy", false},
		{"…\nb", "a\na\nb", true}, {"…\nb", "a\na\nc", false}, {"a\n…", "a\nb\nc", true}, {"", "anything", true},
	} {
		if got := matches(strings.Split(c.want, "\n"), strings.Split(c.got, "\n")); got != c.ok {
			t.Errorf("matches(%q, %q) = %t", c.want, c.got, got)
		}
	}
}
