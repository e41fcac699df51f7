package template_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cogstep/cogstep/internal/localfunction"
	"github.com/cogstep/cogstep/internal/template"
)

func TestOptionsDecideWhatAServerlessFileDeclares(t *testing.T) {
	given := options
	given.Parameters = map[string]string{"stage": "prod"}
	app, err := template.Load([]string{"testdata/serverless/serverless.yml"}, given)
	if err != nil {
		t.Fatal(err)
	}
	f := app.Functions[0]
	if f.Name != "shop-prod-charge-card" || f.Env["TABLE"] != "orders" || app.StateMachines[0].Name != "order-prod" {
		t.Errorf("got %+v and %s", f, app.StateMachines[0].Name)
	}
}

func TestVariablesResolve(t *testing.T) {
	t.Setenv("COGSTEP_TEST_WORD", "word")
	for _, c := range []struct{ expression, want string }{
		{`${self:service}`, "s"},
		{`a-${self:custom.deep.word}-b`, "a-w-b"},
		{`${self:custom.${self:custom.name}.word}`, "w"},
		{`${self:custom.none, self:custom.nothing, 'a, b'}`, "a, b"},
		{`${self:custom.none, 7}`, "7"},
		{`${self:custom.list.1}`, "two"},
		{`${env:COGSTEP_TEST_WORD}`, "word"},
		{`${opt:none, env:COGSTEP_TEST_WORD}`, "word"},
		{`${opt:stage, self:provider.stage}`, "dev"},
		{`${sls:stage}/${aws:accountId}/${aws:region}/${opt:region}`, "dev/123456789012/eu-west-1/eu-west-1"},
		{`${self:custom.option, 'other'}`, "other"},
		{`${ssm:/path/of/it, 'here'}`, "here"},
		{`${file(nowhere.yml):word, 'absent'}`, "absent"},
		{`${AWS::Region} ${word} ${}`, "${AWS::Region} ${word} ${}"},
	} {
		t.Run(c.expression, func(t *testing.T) {
			app, err := load(t, "serverless.yml", `
service: s
provider: {name: aws, runtime: python3.13}
custom: {deep: {word: w}, name: deep, list: [one, two], option: "${opt:none}"}
functions:
  f:
    handler: a.b
    environment:
      X: "`+c.expression+`"
`)
			if err != nil {
				t.Fatal(err)
			}
			if got := app.Functions[0].Env["X"]; got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestMistakesInAServerlessFileAreReported(t *testing.T) {
	const file = "service: s\nprovider: {name: aws, runtime: python3.13}\ncustom:\n  loop: ${self:custom.pool}\n  pool: ${self:custom.loop}\n  object: {a: 1}\nfunctions:\n  f:\n    handler: "
	for _, c := range []struct{ name, text, want string }{
		{"no value", file + "x-${self:custom.none}", "serverless.yml:9:14: error: the variable ${self:custom.none} has no value; give it a default"},
		{"no value at all", file + "${self:custom.none}", "serverless.yml:9:14: error: the variable ${self:custom.none} has no value; give it a default"},
		{"circle", file + "${self:custom.loop}", "depends on itself"},
		{"object within a text", file + "x${self:custom.object}", "is an object and stands within a text"},
		{"elsewhere", file + "${ssm:/a/b}", "the variable ${ssm:/a/b} cannot be resolved on this machine"},
		{"program", file + "${file(config.js):a}", "config.js is a program, which is not run"},
		{"file that holds itself", "service: s\nprovider: {runtime: python3.13}\nfunctions:\n  f: {handler: '${file(serverless.yml)}'}", "values are nested more than 200 levels deep"},
		{"no object", "service: s\nfunctions: {f: 7}", "the function f is not an object"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := load(t, "serverless.yml", c.text)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant …%s", err, c.want)
			}
		})
	}
}

func TestVariablesThatDoubleThemselvesEnd(t *testing.T) {
	var b strings.Builder
	b.WriteString("service: s\nprovider: {runtime: python3.13}\ncustom:\n  a0: xxxxxxxxxx\n")
	for i := range 40 {
		fmt.Fprintf(&b, "  a%d: ${self:custom.a%d}${self:custom.a%d}\n", i+1, i, i)
	}
	b.WriteString("functions: {f: {handler: '${self:custom.a40}'}}\n")
	if _, err := load(t, "serverless.yml", b.String()); err == nil {
		t.Error("no error")
	}
}

func TestTheShortFormDeclaresFunctions(t *testing.T) {
	app, err := load(t, "cogstep.yaml", `
functions:
  price: {runtime: python3.13, handler: app.handler, dir: /src, timeout: 30, env: {A: 1, B: two}, concurrency: 3, memory: 256}
  stock: {command: [./stock, --fast], dir: /src, timeout: 1m30s}
  mail: {url: "http://127.0.0.1:9000"}
jobs: {"batch:nightly": {command: [true]}}
`)
	if err != nil {
		t.Fatal(err)
	}
	want := []localfunction.Function{
		{Name: "price", Runtime: "python3.13", Handler: "app.handler", Dir: "/src", Timeout: 30 * time.Second, Env: map[string]string{"A": "1", "B": "two"}, Concurrency: 3, MemoryMB: 256},
		{Name: "stock", Command: []string{"./stock", "--fast"}, Dir: "/src", Timeout: 90 * time.Second, Env: map[string]string{}},
		{Name: "mail", URL: "http://127.0.0.1:9000", Env: map[string]string{}},
	}
	if diff := cmp.Diff(want, app.Functions); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestMistakesInTheShortFormAreReported(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing to run", "functions: {f: {handler: a.b}}", "f: a function has a command, or a runtime, or a url"},
		{"two ways", "functions: {f: {command: [a], url: 'http://x'}}", "f: a function has a command, or a runtime, or a url"},
		{"unknown member", "functions: {f: {comand: [a]}}", `f: a function has no "comand"; it has command, handler`},
		{"command as a text", "functions: {f: {command: a b}}", "command wants a list"},
		{"timeout", "functions: {f: {command: [a], timeout: soon}}", "timeout wants a number of seconds"},
		{"no object", "functions: [f]", "functions wants an object"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := load(t, "cogstep.yaml", c.text)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant …%s", err, c.want)
			}
		})
	}
}
