package archtest

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// pure are the rooms whose functions give equal answers to equal arguments, anywhere and at any time: that is why
// they can be fuzzed, simulated and replayed.
var pure = []string{"asl", "query/...", "internal/execution", "internal/history", "internal/record", "internal/arn"}

// forbidden are packages by which a pure room could see or change the world.
var forbidden = []struct{ name, reason string }{
	{"net/...", "the network is an effect"},
	{"os/...", "files, processes and the environment are effects"},
	{"io/fs/...", "files are an effect"},
	{"io/ioutil", "files are an effect"},
	{"path/filepath", "it depends on the operating system"},
	{"syscall/...", "the operating system is the world"},
	{"runtime/...", "the number of processors and the collector are the world"},
	{"unsafe", "addresses differ from run to run"},
	{"plugin", "it runs what cannot be known"},
	{"log/...", "a log is an effect: say it in the result"},
	{"testing/...", "it belongs into tests"},
	{"context", "cancellation comes from outside; limits on steps and bytes end what takes too long"},
	{"crypto/rand", "randomness comes in as a seed"},
	{"math/rand", "its global source is random; math/rand/v2 with a source of one's own is not"},
	{"hash/maphash", "its seed differs from run to run"},
}

// excepted are imports that a pure room may have all the same.
var excepted = map[[2]string]string{
	{"query/jsonata", "context"}: "strangers embed the engine and bring a deadline; what the service evaluates has none, so it stays deterministic",
}

// clocks are the identifiers of package time that ask or set a clock. The rest of time is arithmetic.
var clocks = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTicker", "NewTimer", "Local", "LoadLocation"}

// seeded are the identifiers of math/rand/v2 that do not touch its global source.
var seeded = []string{"New", "NewPCG", "NewChaCha8", "PCG", "ChaCha8", "Rand", "Source"}

func isPure(s source) bool {
	return !s.test && slices.ContainsFunc(pure, func(pattern string) bool { return covers(pattern, s.dir()) })
}

func TestPureRoomsImportNothingThatActs(t *testing.T) {
	for _, s := range sources(t) {
		if !isPure(s) {
			continue
		}
		for _, to := range s.imports() {
			for _, f := range forbidden {
				if !to.ours && covers(f.name, to.name) && excepted[[2]string{s.dir(), to.name}] == "" {
					t.Errorf("%s: %s is pure and must not import %s: %s", to.at, s.dir(), to.name, f.reason)
				}
			}
		}
	}
}

func TestPureRoomsAskNoClockNoGlobalRandomSourceAndStartNoGoroutine(t *testing.T) {
	seen := 0
	for _, s := range sources(t) {
		if !isPure(s) {
			continue
		}
		ast.Inspect(s.ast, func(n ast.Node) bool {
			if _, ok := n.(*ast.GoStmt); ok {
				t.Errorf("%s: %s is pure and must not start a goroutine: the order of results would be chance", s.at(n), s.dir())
			}
			pkg, name := selector(n)
			switch {
			case pkg == "time" && slices.Contains(clocks, name):
				t.Errorf("%s: %s is pure and must not use time.%s: the time comes in with the event", s.at(n), s.dir(), name)
			case pkg == "rand" && !slices.Contains(seeded, name):
				t.Errorf("%s: %s is pure and must not use rand.%s: randomness comes in as a seed", s.at(n), s.dir(), name)
			case pkg == "time":
				seen++
			}
			return true
		})
	}
	if seen == 0 {
		t.Error("no use of package time was seen at all: this test looks at the wrong files")
	}
}

// selector takes pkg.Name apart; "" for anything else.
func selector(n ast.Node) (pkg, name string) {
	sel, ok := n.(*ast.SelectorExpr)
	if !ok {
		return "", ""
	}
	x, ok := sel.X.(*ast.Ident)
	if !ok {
		return "", ""
	}
	return x.Name, sel.Sel.Name
}

// Standard output belongs to commands: a library that prints cannot be used by a program that talks.
func TestOnlyCommandsPrint(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || s.ast.Name.Name == "main" {
			continue
		}
		ast.Inspect(s.ast, func(n ast.Node) bool {
			pkg, name := selector(n)
			if pkg == "fmt" && strings.HasPrefix(name, "Print") || pkg == "os" && name == "Stdout" {
				t.Errorf("%s: %s.%s: only commands write to standard output; return it, or take an io.Writer", s.at(n), pkg, name)
			}
			if call, ok := n.(*ast.CallExpr); ok {
				if f, ok := call.Fun.(*ast.Ident); ok && (f.Name == "print" || f.Name == "println") {
					t.Errorf("%s: %s: the built-in is for debugging", s.at(n), f.Name)
				}
			}
			return true
		})
	}
}
