package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cogstep/cogstep/internal/server"
)

// soak is a steady mixed load, watched in windows.
type soak struct {
	t      *testing.T
	url    string
	client *http.Client

	mu      sync.Mutex
	latency []time.Duration // of the starts in this window
	failed  int
}

// window is what one stretch of the load has shown.
type window struct {
	heap       uint64 // bytes in use after a collection
	goroutines int
	p99        time.Duration
	starts     int
}

// TestSteadyLoadDoesNotGrow offers a steady mixed load for COGSTEP_SOAK (for example 5m) while closed executions are swept,
// and compares the beginning with the end: memory, goroutines and latency must not grow, and after Close no
// goroutine is left. Without COGSTEP_SOAK it is skipped: it measures, so it is no part of the ordinary tests.
func TestSteadyLoadDoesNotGrow(t *testing.T) {
	length, err := time.ParseDuration(os.Getenv("COGSTEP_SOAK"))
	if err != nil {
		t.Skip("SKIPPED: COGSTEP_SOAK does not say how long")
	}
	functions := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) }))
	defer functions.Close()
	before := runtime.NumGoroutine()
	s, err := server.Open(t.Context(), server.Config{Data: t.TempDir(), LambdaEndpoint: functions.URL, Retention: 10 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	ran := make(chan error, 1)
	ctx, stop := context.WithCancel(t.Context())
	go func() { ran <- s.Run(ctx) }()
	k := &soak{t: t, url: s.URL(), client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
	machines := []string{
		k.machine("pass", "STANDARD", `{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Pass","End":true}}}`),
		k.machine("task", "STANDARD", `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f","Payload.$":"$"},"End":true}}}`),
		k.machine("wait", "STANDARD", `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":5,"End":true}}}`),
		k.machine("fail", "STANDARD", `{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"E"}}}`),
		k.machine("map", "STANDARD", `{"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.items","ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}},"End":true}}}`),
		k.machine("express", "EXPRESS", `{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}`),
	}
	const windows = 10
	var seen []window
	for range windows {
		seen = append(seen, k.offer(machines, length/windows))
		w := seen[len(seen)-1]
		t.Logf("%5.1f MiB in use, %d goroutines, p99 %v, %d starts", float64(w.heap)/(1<<20), w.goroutines, w.p99.Round(100*time.Microsecond), w.starts)
	}
	if k.failed > 0 {
		t.Errorf("%d requests failed", k.failed)
	}
	first, last := middle(seen[2:5]), middle(seen[windows-3:]) // the first windows fill what is kept for the retention
	if last.heap > first.heap+first.heap/4+(8<<20) {
		t.Errorf("memory grows: %d bytes, then %d", first.heap, last.heap)
	}
	if last.goroutines > first.goroutines+first.goroutines/4+10 {
		t.Errorf("goroutines grow: %d, then %d", first.goroutines, last.goroutines)
	}
	if last.p99 > 2*first.p99+5*time.Millisecond {
		t.Errorf("latency grows: p99 %v, then %v", first.p99, last.p99)
	}
	k.client.CloseIdleConnections()
	stop()
	if err := <-ran; err != nil {
		t.Errorf("Run: %v", err)
	}
	if err := s.Close(context.Background()); err != nil {
		t.Errorf("Close: %v", err)
	}
	functions.CloseClientConnections()
	for range 100 {
		if runtime.NumGoroutine() <= before+2 {
			return
		}
		time.Sleep(50 * time.Millisecond) // connections end in the background
	}
	stacks := make([]byte, 1<<16)
	t.Errorf("%d goroutines before, %d are left:\n%s", before, runtime.NumGoroutine(), stacks[:runtime.Stack(stacks, true)])
}

// middle takes the median of each figure.
func middle(ws []window) window {
	pick := func(less func(a, b window) int) window {
		sorted := slices.SortedFunc(slices.Values(ws), less)
		return sorted[len(sorted)/2]
	}
	return window{
		heap:       pick(func(a, b window) int { return int(int64(a.heap) - int64(b.heap)) }).heap,
		goroutines: pick(func(a, b window) int { return a.goroutines - b.goroutines }).goroutines,
		p99:        pick(func(a, b window) int { return int(a.p99 - b.p99) }).p99,
	}
}

// offer starts 500 executions a second, whatever becomes of them.
func (k *soak) offer(machines []string, length time.Duration) window {
	const perSecond = 500
	var work sync.WaitGroup
	places := make(chan struct{}, 256)
	tick := time.NewTicker(time.Second / perSecond)
	defer tick.Stop()
	n := 0
	for end := time.Now().Add(length); time.Now().Before(end); n++ {
		<-tick.C
		machine := machines[n%len(machines)]
		places <- struct{}{}
		work.Go(func() {
			defer func() { <-places }()
			k.start(machine)
		})
	}
	work.Wait()
	// How many connections the clients of this test have open says something of the worst moment, not of growth.
	k.client.CloseIdleConnections()
	goroutines := settled()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	k.mu.Lock()
	defer k.mu.Unlock()
	slices.Sort(k.latency)
	w := window{heap: m.HeapAlloc, goroutines: goroutines, p99: k.latency[len(k.latency)*99/100], starts: len(k.latency)}
	k.latency = k.latency[:0]
	return w
}

// settled returns the number of goroutines when it no longer falls.
func settled() int {
	n := runtime.NumGoroutine()
	for {
		time.Sleep(100 * time.Millisecond)
		now := runtime.NumGoroutine()
		if now >= n {
			return now
		}
		n = now
	}
}

func (k *soak) start(machine string) {
	operation := "StartExecution"
	if strings.HasSuffix(machine, ":express") {
		operation = "StartSyncExecution"
	}
	begun := time.Now()
	_, err := k.call(operation, map[string]any{"stateMachineArn": machine, "input": `{"items":[1,2,3],"text":"` + strings.Repeat("x", 500) + `"}`})
	k.mu.Lock()
	defer k.mu.Unlock()
	if err != nil {
		k.failed++
		k.t.Log(err)
		return
	}
	k.latency = append(k.latency, time.Since(begun))
}

func (k *soak) machine(name, kind, definition string) string {
	out, err := k.call("CreateStateMachine", map[string]any{"name": name, "type": kind, "definition": definition, "roleArn": "arn:aws:iam::000000000000:role/any"})
	if err != nil {
		k.t.Fatal(err)
	}
	return out["stateMachineArn"].(string)
}

func (k *soak) call(operation string, params map[string]any) (map[string]any, error) {
	body, err := json.Marshal(params)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequest(http.MethodPost, k.url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("X-Amz-Target", "AWSStepFunctions."+operation)
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	resp, err := k.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var out map[string]any
	err = json.NewDecoder(resp.Body).Decode(&out)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %v", operation, out)
	}
	return out, err
}
