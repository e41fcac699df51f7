//go:build unix

package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/cogstep/cogstep/internal/localfunction"
)

// BenchmarkPureBesideFunctions measures how long StartExecution of ten Pass states takes to be answered, at a fixed rate, alone
// and while 32 executions are in a local function that takes 100 ms each. The two take turns in one run, so that what
// the machine does meanwhile hits both; run it with -benchtime 1x.
func BenchmarkPureBesideFunctions(b *testing.B) {
	const (
		rate   = 1000 // starts in a second
		round  = 3 * time.Second
		rounds = 5
		beside = 32
	)
	if exec.Command("go", "version").Run() != nil {
		b.Skip("go is not installed")
	}
	dir, _ := filepath.Abs("testdata/pause")
	f, err := localfunction.Builder{Cache: b.TempDir()}.Build(b.Context(), localfunction.Function{
		Name: "pause", Runtime: "provided.al2023", Timeout: 20 * time.Second, Dir: dir, Concurrency: beside,
	})
	if err != nil {
		b.Fatal(err)
	}
	s, err := Open(b.Context(), Config{Data: b.TempDir() + "/data", Functions: []localfunction.Function{f}})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	served := make(chan error)
	go func() { served <- s.Run(ctx) }()
	defer func() {
		cancel()
		<-served
		_ = s.Close(context.Background())
	}()
	c := &besideClient{b: b, url: s.URL(), http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1024}}}
	states := ""
	for i := range 10 {
		next := fmt.Sprintf(`"Next":"P%d"`, i+1)
		if i == 9 {
			next = `"End":true`
		}
		states += fmt.Sprintf(`"P%d":{"Type":"Pass",%s},`, i, next)
	}
	pure := c.create("pure", `{"StartAt":"P0","States":{`+states[:len(states)-1]+`}}`)
	pausing := c.create("pausing", `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:000000000000:function:pause","End":true}}}`)

	var alone, with []time.Duration
	for b.Loop() {
		for range rounds {
			alone = append(alone, c.offer(pure, rate, round)...)
			busy, stop := context.WithCancel(ctx)
			var functions sync.WaitGroup
			for i := range beside {
				functions.Go(func() {
					time.Sleep(time.Duration(i) * 105 * time.Millisecond / beside) // functions do not end all at once
					for busy.Err() == nil {
						c.call("StartExecution", map[string]any{"stateMachineArn": pausing, "input": "{}"})
						time.Sleep(105 * time.Millisecond) // so long is its function at work
					}
				})
			}
			time.Sleep(500 * time.Millisecond)
			with = append(with, c.offer(pure, rate, round)...)
			stop()
			functions.Wait()
			time.Sleep(300 * time.Millisecond)
		}
	}
	p99 := func(all []time.Duration) float64 {
		slices.Sort(all)
		return float64(all[len(all)*99/100].Microseconds()) / 1000
	}
	a, w := p99(alone), p99(with)
	b.ReportMetric(a, "p99-alone-ms")
	b.ReportMetric(w, "p99-beside-ms")
	b.ReportMetric(w/a, "ratio")
}

type besideClient struct {
	b    *testing.B
	url  string
	http *http.Client
}

func (c *besideClient) create(name, definition string) string {
	var out struct{ StateMachineArn string }
	if err := json.Unmarshal(c.call("CreateStateMachine", map[string]any{"name": name, "definition": definition, "roleArn": "arn:aws:iam::000000000000:role/r"}), &out); err != nil {
		c.b.Fatal(err)
	}
	return out.StateMachineArn
}

func (c *besideClient) call(operation string, in map[string]any) []byte {
	body, _ := json.Marshal(in) // strings
	req, err := http.NewRequest(http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		c.b.Error(err)
		return nil
	}
	req.Header.Set("Content-Type", "application/x-amz-json-1.0")
	req.Header.Set("X-Amz-Target", "AWSStepFunctions."+operation)
	resp, err := c.http.Do(req)
	if err != nil {
		c.b.Error(err)
		return nil
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	if resp.StatusCode != http.StatusOK {
		c.b.Errorf("%s: %s", operation, text)
	}
	return text
}

// offer starts executions at a rate and returns how long each took to be answered, from when it was due.
func (c *besideClient) offer(machine string, rate int, length time.Duration) []time.Duration {
	n := int(length.Seconds() * float64(rate))
	took := make([]time.Duration, n)
	begun := time.Now()
	var all sync.WaitGroup
	for i := range n {
		due := begun.Add(time.Duration(i) * time.Second / time.Duration(rate))
		time.Sleep(time.Until(due))
		all.Go(func() {
			c.call("StartExecution", map[string]any{"stateMachineArn": machine, "input": `{"n":1}`})
			took[i] = time.Since(due)
		})
	}
	all.Wait()
	return took
}
