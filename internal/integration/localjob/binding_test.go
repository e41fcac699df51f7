//go:build unix

package localjob

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestBindingsReadFromYAMLAndJSON(t *testing.T) {
	for name, text := range map[string]string{
		"jobs.yaml": `
functions: {price: {command: [a]}}
jobs:
  "batch:nightly":
    entrypoint: [python3]
    command: [job.py, --fast]
    dir: src
    env: {A: 1, B: "two"}
    timeout: 15m
    concurrency: 2
  ecs:report: {image: "alpine:3", engine: /run/podman.sock, network: host, timeout: 90}
`,
		"jobs.json": `{"jobs": {"batch:nightly": {"entrypoint": ["python3"], "command": ["job.py", "--fast"], "dir": "src", "env": {"A": "1", "B": "two"}, "timeout": "15m", "concurrency": 2},
			"ecs:report": {"image": "alpine:3", "engine": "/run/podman.sock", "network": "host", "timeout": 90}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := Load(path)
			if err != nil {
				t.Fatal(err)
			}
			want := Bindings{
				"batch:nightly": {
					Entrypoint: []string{"python3"}, Command: []string{"job.py", "--fast"}, Dir: filepath.Join(filepath.Dir(path), "src"),
					Env: map[string]string{"A": "1", "B": "two"}, Timeout: Timeout(15 * time.Minute), Concurrency: 2,
				},
				"ecs:report": {Image: "alpine:3", Engine: "/run/podman.sock", Network: "host", Timeout: Timeout(90 * time.Second), Concurrency: 10},
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestMistakesInAFileOfBindingsAreReported(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"jobs: {nightly: {command: [a]}}", "jobs: nightly: a job is called SERVICE:NAME; services are batch, codebuild, ecs, glue"},
		{"jobs: {'sqs:q': {command: [a]}}", "a job is called SERVICE:NAME"},
		{"jobs: {'ecs:f': {}}", "it has neither a command nor an image"},
		{"jobs: {'ecs:f': {command: [a], network: host}}", "engine and network are for jobs with an image"},
		{"jobs: {'ecs:f': {image: a, engine: 'https://h'}}", "neither the path of a socket nor an http address"},
		{"jobs: {'ecs:f': {comand: [a]}}", `unknown field "comand"`},
		{"jobs: {'ecs:f': {command: [a], timeout: soon}}", "a timeout is a number of seconds"},
		{"jobs: {'ecs:f': {command: [a], concurrency: -1}}", "concurrency must not be negative"},
		{"job: {}", `there is no section called "job"`},
		{"jobs: [", "jobs.yaml: "},
	} {
		path := filepath.Join(t.TempDir(), "jobs.yaml")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(path); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s\ngot  %v\nwant …%s", c.text, err, c.want)
		}
	}
}
