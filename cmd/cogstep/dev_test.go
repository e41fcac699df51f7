package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// transcript is what a session prints; tests wait for parts of it.
type transcript struct {
	mu   sync.Mutex
	text string
	read int
	more chan struct{}
}

func (s *transcript) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text += string(b)
	select {
	case s.more <- struct{}{}:
	default:
	}
	return len(b), nil
}

// await waits for a text after the one that was waited for before.
func (s *transcript) await(t *testing.T, want string) {
	t.Helper()
	deadline := time.After(30 * time.Second)
	for {
		s.mu.Lock()
		i := strings.Index(s.text[s.read:], want)
		if i >= 0 {
			s.read += i + len(want)
		}
		rest := s.text[s.read:]
		s.mu.Unlock()
		if i >= 0 {
			return
		}
		select {
		case <-s.more:
		case <-deadline:
			t.Fatalf("waited for %q; since the last match there is only:\n%s", want, rest)
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

const (
	devTemplate = `Resources:
  Greeter:
    Type: AWS::Serverless::Function
    Properties: {Runtime: provided.al2023, Handler: bootstrap, CodeUri: greeter}
  Greet:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: greet.asl.json
      DefinitionSubstitutions: {Greeter: !GetAtt Greeter.Arn}
`
	devDefinition = `{"StartAt": "Call", "States": {"Call": {"Type": "Task", "Resource": "${Greeter}", "End": true}}}`

	// A program that never asks for a call is enough to see that it is started.
	devBootstrap = `#!/bin/sh
echo starting
exit 7
`
)

func TestDevReloadsWhatChangesAndKeepsTheLastGoodVersion(t *testing.T) {
	dir := t.TempDir()
	definition, bootstrap := filepath.Join(dir, "greet.asl.json"), filepath.Join(dir, "greeter", "bootstrap")
	write(t, filepath.Join(dir, "template.yaml"), devTemplate)
	write(t, definition, devDefinition)
	write(t, bootstrap, devBootstrap)
	if err := os.Chmod(bootstrap, 0o755); err != nil {
		t.Fatal(err)
	}
	out := &transcript{more: make(chan struct{}, 1)}
	session := func(args ...string) (end func()) {
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan int)
		all := append([]string{"dev", filepath.Join(dir, "template.yaml"), "--data", filepath.Join(dir, ".cogstep"), "--listen", "127.0.0.1:0", "--log-level", "error"}, args...)
		go func() { ended <- run(ctx, all, streams{strings.NewReader(""), out, out}) }()
		return func() {
			cancel()
			if code := <-ended; code != 0 {
				t.Errorf("interrupted dev exits with %d; want 0\n%s", code, out.text)
			}
		}
	}
	end := session("--start", "Greet")
	out.await(t, "Cogstep runs at http://127.0.0.1:")
	out.await(t, "aws stepfunctions start-execution --endpoint-url http://127.0.0.1:")
	out.await(t, "[Greeter] starting")
	out.await(t, "execution failed")

	write(t, definition, strings.Replace(devDefinition, `"End": true`, `"Next": "Nowhere"`, 1))
	out.await(t, "greet.asl.json:1:")
	out.await(t, "error: MISSING_TRANSITION_TARGET")
	out.await(t, "its last good version keeps running")

	write(t, definition, devDefinition+"\n\n")
	out.await(t, "state machine Greet updated")
	write(t, definition, strings.Replace(devDefinition, "Call", "Ask", 2))
	out.await(t, "state machine Greet updated")

	write(t, bootstrap, devBootstrap+"# changed\n")
	out.await(t, "function Greeter reloaded")

	write(t, filepath.Join(dir, "template.yaml"), devTemplate+"  Broken: [\n")
	out.await(t, "template.yaml:10:")
	out.await(t, "the last good version keeps running")
	end()

	write(t, filepath.Join(dir, "template.yaml"), devTemplate)
	end = session("--no-reload")
	out.await(t, "stateMachine:Greet")
	end()
}

func TestDevSaysWhatIsMissing(t *testing.T) {
	t.Chdir(t.TempDir())
	for want, args := range map[string][]string{
		"there is no template.yaml, no serverless.yml and no *.asl.json here": {"dev"},
		"no such file": {"dev", "nowhere.yaml"},
		"no file declares a state machine of that name": {"dev", "--memory", "--start", "Other", "one.asl.json"},
	} {
		if len(args) > 2 {
			write(t, "one.asl.json", `{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}`)
		}
		out := &transcript{more: make(chan struct{}, 1)}
		if code := run(t.Context(), args, streams{strings.NewReader(""), out, out}); code == 0 || !strings.Contains(out.text, want) {
			t.Errorf("%q exits with %d and prints %q; want %q", args, code, out.text, want)
		}
		os.Remove("one.asl.json")
	}
}
