package template_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/arn"
	"github.com/cogstep/cogstep/internal/template"
)

var update = flag.Bool("update", false, "rewrite golden files")

var options = template.Options{Scope: arn.Scope{Account: "123456789012", Region: "eu-west-1"}}

func TestARealisticTemplateBecomesThisApplication(t *testing.T) {
	becomes(t, "testdata/shop/template.yaml", "testdata/shop/application.golden")
}

func TestARealisticServerlessFileBecomesThisApplication(t *testing.T) {
	becomes(t, "testdata/serverless/serverless.yml", "testdata/serverless/application.golden")
}

// becomes compares the application of a file with the golden one; its state machines must compile.
func becomes(t *testing.T, file, golden string) {
	t.Helper()
	app, err := template.Load([]string{file}, options)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.MarshalIndent(app, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	got := strings.ReplaceAll(string(text), here, "HERE") + "\n"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("application differs from %s (-want +got); go test -update rewrites it:\n%s", golden, diff)
	}
	for _, m := range app.StateMachines {
		if compiled, diagnostics := asl.Compile(m.Definition, asl.Options{Express: m.Express}); compiled == nil {
			t.Errorf("%s does not compile: %s\n%s", m.Name, diagnostics, m.Definition)
		}
	}
}

// load loads a template of that text from a file of its own.
func load(t *testing.T, name, text string) (*template.Application, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return template.Load([]string{path}, options)
}

func TestMistakesAreReportedWithPlaceAndRemedy(t *testing.T) {
	const machine = "Resources:\n  M:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      "
	for _, c := range []struct{ name, text, want string }{
		{"broken YAML", "Resources: [", "t.yaml:1:12: error: sequence end token ']' not found"},
		{"no template", "Hello: world", "t.yaml:1:1: error: this is neither a template, which has Resources, nor a state machine definition, which has States, nor a serverless.yml, which has a service, nor a file of functions"},
		{"duplicate name", "Resources:\n  A: {Type: X::Y::Z}\n  A: {Type: X::Y::Z}\n", "t.yaml:3:3: error: mapping key \"A\" already defined at [2:3]"},
		{"unknown reference", machine + "Definition: {StartAt: !Ref Nothing}", `t.yaml:5:29: error: M: "Nothing" is neither a parameter nor a resource of this template`},
		{"parameter without a value", "Parameters: {P: {Type: String}}\n" + machine + "Name: !Ref P\n      Definition: {}", "t.yaml:6:13: error: M: the parameter P has no default; give it one, or a value with --parameter P=VALUE"},
		{"definition in S3", machine + "DefinitionUri: s3://bucket/key", "t.yaml:5:22: error: M: a definition in S3 cannot be read; point DefinitionUri at a local file"},
		{"S3 location", machine + "DefinitionS3Location: {Bucket: b, Key: k}", "M: a definition in S3 cannot be read; point DefinitionUri at a local file, or use Definition"},
		{"missing file", machine + "DefinitionUri: nowhere.asl.json", "t.yaml:5:22: error: M: the definition cannot be read: open "},
		{"no definition", machine + "Name: m", "M: the state machine has no definition; give it DefinitionUri, Definition or DefinitionString"},
		{"invalid name", machine + "Name: a b\n      Definition: {}", `t.yaml:5:13: error: M: "a b" cannot be a name`},
		{"same name twice", machine + "Definition: {}\n  N:\n    Type: AWS::Serverless::StateMachine\n    Properties: {Name: M, Definition: {}}", "N: there is a state machine called M already"},
		{"name that needs itself", machine + "Name: !GetAtt M.Name\n      Definition: {}", "M: the name of M depends on itself"},
		{"condition that needs itself", "Conditions: {C: !Not [!Condition C]}\nResources:\n  Q: {Type: AWS::SQS::Queue, Condition: C}", "Q: the condition C depends on itself"},
		{"unsupported function", machine + "Definition: !Transform {Name: x}", "M: Fn::Transform is not supported"},
		{"unknown anchor", "Resources: {A: *nowhere}", "there is no anchor called nowhere before this"},
		{"text that doubles itself", "Resources:\n  A: &a {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub '" + strings.Repeat("x", 3000) + "'}}\n  M: {Type: AWS::Serverless::StateMachine, Properties: {Definition: {Comment: !Ref A}}}", "the name is longer than 2048 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := load(t, "t.yaml", c.text)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant …%s", err, c.want)
			}
		})
	}
}

func TestIntrinsicFunctionsEvaluate(t *testing.T) {
	for _, c := range []struct{ expression, want string }{
		{`!Ref AWS::AccountId`, "123456789012"},
		{`!Sub "${AWS::Partition}/${!Kept}/${Q.Arn}"`, "aws/${Kept}/arn:aws:sqs:eu-west-1:123456789012:Q"},
		{`!Sub ["${a}-${P}", {a: !Ref P}]`, "p-p"},
		{`!Ref Q`, "https://sqs.eu-west-1.amazonaws.com/123456789012/Q"},
		{`!GetAtt Q.QueueName`, "Q"},
		{`!Join [",", !Split ["|", "a|b"]]`, "a,b"},
		{`!Select [0, !GetAZs ""]`, "eu-west-1a"},
		{`!Base64 abc`, "YWJj"},
		{`!If [Yes, a, b]`, "a"},
		{`!If [Both, a, b]`, "b"},
		{`!If [Either, a, b]`, "a"},
		{`!FindInMap [Map, p, key]`, "7"},
		{`{"Fn::FindInMap": [Map, none, key, {DefaultValue: other}]}`, "other"},
		{`{"Fn::ToJsonString": {a: [1, true]}}`, "{\n  \"a\": [\n    1,\n    true\n  ]\n}"},
		{`!GetAtt Thing.Arn`, "arn:aws:foo:eu-west-1:123456789012:bar/Thing"},
		{`!Ref F.Version`, "arn:aws:lambda:eu-west-1:123456789012:function:F:$LATEST"},
		{`!Ref Live`, "arn:aws:lambda:eu-west-1:123456789012:function:F:live"},
	} {
		t.Run(c.expression, func(t *testing.T) {
			app, err := load(t, "t.yaml", `
Parameters: {P: {Type: String, Default: p}}
Mappings: {Map: {p: {key: 7}}}
Conditions: {Yes: !Equals [!Ref P, p], Both: !And [!Condition Yes, !Not [!Condition Yes]], Either: !Or [!Equals [a, b], !Condition Yes]}
Resources:
  Q: {Type: AWS::SQS::Queue}
  Thing: {Type: AWS::Foo::Bar}
  F: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.13, CodeUri: .}}
  Live: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref F, Name: live}}
  M:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      DefinitionString: `+c.expression+"\n")
			if err != nil {
				t.Fatal(err)
			}
			if got := app.StateMachines[0].Definition; got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestJSONTemplatesReadLikeYAML(t *testing.T) {
	app, err := load(t, "stack.template.json", "{\n\t\"Resources\": {\"M\": {\"Type\": \"AWS::StepFunctions::StateMachine\", \"Properties\": "+
		"{\"DefinitionString\": {\"Fn::Sub\": [\"{\\\"Comment\\\": \\\"${x}\\u00e9\\\"}\", {\"x\": \"caf\"}]}}}}\n}")
	if err != nil {
		t.Fatal(err)
	}
	if got := app.StateMachines[0].Definition; got != `{"Comment": "café"}` {
		t.Errorf("got %s", got)
	}
	_, err = load(t, "stack.json", "{\n  \"Resources\": {},\n  oops\n}")
	if err == nil || !strings.Contains(err.Error(), "stack.json:") {
		t.Errorf("got %v", err)
	}
}

func TestADefinitionFileIsAStateMachineCalledLikeIt(t *testing.T) {
	text := "{\"StartAt\": \"A\",\n  \"States\": {\"A\": {\"Type\": \"Pass\", \"Next\": \"B\"}}}\n"
	app, err := load(t, "my-flow.asl.json", text)
	if err != nil {
		t.Fatal(err)
	}
	m := app.StateMachines[0]
	if m.Name != "my-flow" || m.Definition != text {
		t.Errorf("got %s: %s", m.Name, m.Definition)
	}
}

func TestDiagnosticsPointIntoTheUsersOwnFile(t *testing.T) {
	for name, c := range map[string]struct {
		file, text   string
		line, column int
	}{
		"JSON definition":      {"d.asl.json", "{\"StartAt\": \"A\",\n  \"States\": {\"A\": {\"Type\": \"Pass\", \"Next\": \"B\"}}}\n", 2, 44},
		"YAML definition":      {"d.asl.yaml", "StartAt: A\nStates:\n  A:\n    Type: Pass\n    Next: B\n", 5, 11},
		"inline in a template": {"t.yaml", "Resources:\n  M:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      Definition:\n        StartAt: A\n        States: {A: {Type: Pass, Next: B}}\n", 7, 40},
	} {
		t.Run(name, func(t *testing.T) {
			app, err := load(t, c.file, c.text)
			if err != nil {
				t.Fatal(err)
			}
			m := app.StateMachines[0]
			_, diagnostics := asl.Compile(m.Definition, asl.Options{})
			if len(diagnostics) == 0 {
				t.Fatal("no diagnostic")
			}
			file, line, column := m.Place(diagnostics[0])
			if filepath.Base(file) != c.file || line != c.line || column != c.column {
				t.Errorf("%s stands at %s:%d:%d, want %s:%d:%d", diagnostics[0].Message, filepath.Base(file), line, column, c.file, c.line, c.column)
			}
		})
	}
}

func TestFilesAreKnownEvenIfTheyAreWrong(t *testing.T) {
	app, err := load(t, "t.yaml", "Resources: {M: {Type: AWS::Serverless::StateMachine, Properties: {DefinitionUri: later.asl.json}}}")
	if err == nil || len(app.Files) != 2 || filepath.Base(app.Files[1]) != "later.asl.json" {
		t.Errorf("files %q, error %v; want the template and the file that does not exist yet", app.Files, err)
	}
}

func FuzzLoad(f *testing.F) {
	seed, err := os.ReadFile("testdata/shop/template.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(seed))
	if seed, err = os.ReadFile("testdata/serverless/serverless.yml"); err != nil {
		f.Fatal(err)
	}
	f.Add(string(seed))
	f.Add("functions: {f: {command: [a], env: {A: 1}}, g: {url: 'http://x'}}")
	f.Add(`{"Resources": {"F": {"Type": "AWS::Serverless::Function", "Properties": {"Timeout": {"Ref": "F"}}}}}`)
	f.Add("Conditions: {A: !Or [!Condition B], B: !And [!Condition A]}\nResources: {X: &x {Type: AWS::StepFunctions::Activity, Condition: A, Properties: {<<: *x}}}")
	path := filepath.Join(f.TempDir(), "t.yaml")
	f.Fuzz(func(t *testing.T, text string) {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		app, err := template.Load([]string{path}, options)
		if _, ok := err.(template.Errors); err != nil && !ok {
			t.Errorf("an error of another type: %v", err)
		}
		if err == nil {
			for _, m := range app.StateMachines {
				_, diagnostics := asl.Compile(m.Definition, asl.Options{})
				for _, d := range diagnostics {
					m.Place(d)
				}
			}
		}
	})
}
