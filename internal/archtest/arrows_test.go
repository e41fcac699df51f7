package archtest

import (
	"slices"
	"strings"
	"testing"
)

// arrow says what packages may import of our own. The first arrow that covers a package counts; a package that none
// covers has no place in the house yet, and a test says so.
type arrow struct {
	from   string
	to     []string
	reason string
}

var arrows = []arrow{
	{"internal/arn", nil, "leaves know nothing of ours, so that anybody may use them"},
	{"internal/uuid", nil, "leaves know nothing of ours, so that anybody may use them"},
	{"internal/clock", nil, "leaves know nothing of ours, so that anybody may use them"},
	{"internal/record", nil, "leaves know nothing of ours, so that anybody may use them"},
	{"internal/invariant", nil, "leaves know nothing of ours, so that anybody may use them"},

	{"query", nil, "the face of the query languages does not know the languages"},
	{"query/...", []string{"query", "query/*"}, "a language needs its face; JSONPath and the intrinsic functions use each other"},
	{"asl", []string{"query", "query/*"}, "the language stands on queries alone, so that strangers can use it without an engine"},

	{"internal/history", []string{"internal/record"}, "the format on disk outlives every other room, so it leans on none"},
	{"internal/execution", []string{"asl", "query", "internal/history", "internal/arn"}, "the pure core knows the language and what it records, and nothing that acts"},

	{"internal/store", nil, "the contract comes first; adaptors follow it"},
	{"internal/store/storetest", []string{"internal/store", "internal/store/memory"}, "the suite judges by the memory store, the small model"},
	{"internal/store/*", []string{"internal/store"}, "adaptors meet the contract, never each other: deleting one touches one line of server"},

	{"internal/integration", []string{"asl"}, "a call names its resource as the language does"},
	{"internal/integration/sdk", []string{"asl", "query", "query/jsonata", "internal/arn", "internal/integration", "internal/awsclient", "internal/awsmodel"}, "its table is data in the query language; the models say what it can call"},
	{"internal/integration/*", []string{"asl", "query", "internal/arn", "internal/integration", "internal/awsclient", "internal/awsmodel"}, "connectors meet the contract, never each other: deleting one touches one line of server"},
	{"internal/localfunction", []string{"internal/integration/lambda", "internal/uuid"}, "local functions are one of lambda's invokers: its Request and Response are the contract that they fulfil"},
	{"internal/awsmodel", nil, "service models are data"},
	{"internal/awsmodel/generate", []string{"internal/awsmodel"}, "the generator packs with the packer that users have"},
	{"internal/awsclient", []string{"query", "internal/awsmodel"}, "the client speaks what the models say"},

	{"internal/catalog", []string{"asl", "internal/arn", "internal/store"}, "definitions are kept beside executions and know nothing of them"},
	{"internal/engine", []string{"asl", "query", "internal/arn", "internal/clock", "internal/execution", "internal/history", "internal/integration", "internal/record", "internal/store"}, "the shell knows contracts (store, integration), never an adaptor"},
	{"internal/teststate", []string{"asl", "query", "internal/arn", "internal/awsmodel", "internal/execution", "internal/integration"}, "a state is tested by the core that runs it; real calls go through the contract, and what is mocked is held against the models"},
	{"internal/api/model", []string{"query"}, "the service model is data, and a check of requests against it"},
	{"internal/api/model/generate", nil, "a generator stands alone"},
	{"internal/api", []string{"asl", "query", "internal/api/model", "internal/arn", "internal/awsmodel", "internal/catalog", "internal/engine", "internal/execution", "internal/history", "internal/integration", "internal/integration/nested", "internal/teststate", "internal/uuid"}, "the API stands on the engine; nested declares the interface by which Tasks call the API back"},
	{"internal/template", []string{"asl", "internal/arn", "internal/localfunction"}, "a template becomes plain values: what it declares, and nothing that runs it"},
	{"internal/observe", []string{"asl", "internal/arn", "internal/history", "internal/integration"}, "observers read history, and watch calls through their contract"},
	{"internal/executionlog", []string{"internal/arn", "internal/engine", "internal/history"}, "it is an observer of the engine; what a configuration says it is told by whoever wires it"},
	{"internal/bench", nil, "a load generator measures any endpoint, so it knows the API as strangers do and shares nothing with what it measures"},
	{"internal/client", []string{"internal/api/model"}, "a client knows the API as strangers do"},

	{"console", nil, "the console is files; it talks to the server as a browser does"},
	{"internal/server", []string{"asl", "query", "console", "internal/..."}, "server is the one place that knows every room; but nothing knows the simulator"},
	{"internal/sim", []string{"asl", "query", "internal/..."}, "the simulator knows what it simulates"},
	{"cmd/cogstep", []string{"asl", "query", "internal/arn", "internal/awsmodel", "internal/bench", "internal/catalog", "internal/client", "internal/engine", "internal/execution", "internal/history", "internal/localfunction", "internal/server", "internal/template", "internal/uuid"}, "commands turn words into calls of rooms; which adaptors there are is server's business"},

	{"internal/archtest", nil, "the rules read the repository as text"},
	{"test/program", nil, "what judges from outside shares nothing with what it judges"},
	{"test/...", []string{"test/program"}, "what judges from outside shares nothing with what it judges"},
	{"examples/...", nil, "examples are what a user could write: they have no more than a user has"},
	{"console", nil, "the console is a client of the API; its package holds files"},
}

// never holds for every package, whatever its arrow allows.
var never = []struct{ to, except, reason string }{
	{"internal/sim", "internal/sim", "the simulator knows what it simulates; nothing knows the simulator"},
	{"cmd/...", "cmd/cogstep", "commands are the outermost layer: nothing stands on them"},
	{"internal/archtest", "", "the rules are no library"},
}

// allowed reports whether the package at folder may import to, and if not, why.
func allowed(folder, to string) (ok bool, reason string) {
	for _, n := range never {
		if covers(n.to, to) && folder != n.except {
			return false, n.reason
		}
	}
	for _, a := range arrows {
		if covers(a.from, folder) {
			return slices.ContainsFunc(a.to, func(pattern string) bool { return covers(pattern, to) }), a.reason
		}
	}
	return false, "it has no arrow yet: say in arrows_test.go what it may know, and why"
}

// Tests may meet whom they like (a fake, a sibling to compare with); what ships follows the arrows.
func TestImportsFollowTheArrows(t *testing.T) {
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		for _, to := range s.imports() {
			if !to.ours {
				continue
			}
			if ok, reason := allowed(s.dir(), to.name); !ok {
				t.Errorf("%s: %s must not import %s: %s", to.at, s.dir(), to.name, reason)
			}
		}
	}
}

func TestEveryPackageHasItsPlaceInTheHouse(t *testing.T) {
	for _, folder := range sorted(packages(t)) {
		if !slices.ContainsFunc(arrows, func(a arrow) bool { return covers(a.from, folder) }) {
			t.Errorf("%s: no arrow covers this package: say in arrows_test.go what it may know, and why", folder)
		}
	}
}

func TestNothingNotEvenATestImportsTheSimulatorOrACommand(t *testing.T) {
	for _, s := range sources(t) {
		for _, n := range never {
			for _, to := range s.imports() {
				if to.ours && covers(n.to, to.name) && s.dir() != n.except {
					t.Errorf("%s: %s must not import %s: %s", to.at, s.dir(), to.name, n.reason)
				}
			}
		}
	}
}

// A leaf may be copied into another program as it is.
func TestLeavesImportTheStandardLibraryOnly(t *testing.T) {
	leaves := []string{"internal/arn", "internal/uuid", "internal/clock", "internal/record", "internal/invariant", "internal/archtest"}
	for _, s := range sources(t) {
		if !slices.Contains(leaves, s.dir()) {
			continue
		}
		for _, to := range s.imports() {
			domain, _, _ := strings.Cut(to.name, "/")
			if to.ours && to.name != s.dir() || !to.ours && strings.Contains(domain, ".") {
				t.Errorf("%s: %s is a leaf and must not import %s", to.at, s.dir(), to.name)
			}
		}
	}
}

// The rules themselves: a rule that cannot fail guards nothing.
func TestTheArrowsRefuse(t *testing.T) {
	for _, c := range []struct {
		from, to string
		ok       bool
	}{
		{"asl", "query/jsonpath", true},
		{"asl", "internal/engine", false},
		{"query", "query/jsonpath", false},
		{"internal/store/pebble", "internal/store/memory", false},
		{"internal/store/storetest", "internal/store/memory", true},
		{"internal/integration/mock", "internal/integration/lambda", false},
		{"internal/server", "internal/integration/lambda", true},
		{"internal/server", "internal/sim", false},
		{"internal/engine", "cmd/cogstep", false},
		{"internal/newroom", "asl", false},
	} {
		if ok, _ := allowed(c.from, c.to); ok != c.ok {
			t.Errorf("%s may import %s: %v, want %v", c.from, c.to, ok, c.ok)
		}
	}
}
