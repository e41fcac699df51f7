package eks

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/query"
)

// job is the name of a running job to the engine. It has everything that Stop needs, which gets no parameters; clusters of
// the kubeconfig are found by their name alone.
type job struct {
	Cluster   string
	Endpoint  string `json:",omitempty"`
	CA        string `json:",omitempty"` // base64
	Namespace string
	Name      string
	UID       string
}

// jobBytesMax is how long the name of a job may be. Source: integration.Submitted.
const jobBytesMax = 4 << 10

// jobPath is where a job stands, or all of a namespace if name is "".
func jobPath(namespace, name string) string {
	path := "/apis/batch/v1/namespaces/" + url.PathEscape(namespace) + "/jobs"
	if name != "" {
		path += "/" + url.PathEscape(name)
	}
	return path
}

func podPath(namespace string) string {
	return "/api/v1/namespaces/" + url.PathEscape(namespace) + "/pods"
}

// runJob performs eks:runJob.
func (c *Connector) runJob(ctx context.Context, call *integration.Call, p parameters) integration.Answer {
	cluster, err := c.cluster(p)
	if err != nil {
		return failed(call, err)
	}
	namespace, err := p.text("Namespace")
	if err != nil {
		return failed(call, err)
	}
	given := p.field("Job")
	if given.Kind() != query.Object && given.Kind() != query.String {
		return failed(call, badFormat("Job"))
	}
	if namespace == "" {
		namespace = "default"
	}
	resp, err := c.send(ctx, call, cluster, request{method: "POST", path: jobPath(namespace, ""), body: bodyText(given), contentType: "application/json"})
	if err != nil {
		return failed(call, err)
	}
	output := resp.result().Compact()
	if call.Resource.Pattern != asl.Sync {
		return integration.Succeeded{Output: output}
	}
	var made struct{ Metadata struct{ Name, UID string } }
	if err := json.Unmarshal([]byte(resp.body), &made); err != nil || made.Metadata.Name == "" {
		return integration.Failed{Error: "States.TaskFailed", Cause: "The answer of the cluster does not name a job."}
	}
	j := job{Cluster: cluster.name, Namespace: namespace, Name: made.Metadata.Name, UID: made.Metadata.UID}
	if !cluster.local {
		j.Endpoint, j.CA = cluster.endpoint, base64.StdEncoding.EncodeToString([]byte(cluster.ca))
	}
	name := j.encode()
	if len(name) > jobBytesMax {
		j.CA = "" // it can be asked about, but not be stopped
		name = j.encode()
	}
	return integration.Submitted{Output: output, Job: name, Ask: pause(0)}
}

func (j job) encode() string {
	raw, err := json.Marshal(j)
	if err != nil {
		panic(err) // strings only
	}
	return string(raw)
}

// pause is how long to wait before a job is asked about for the n-th time: longer each time, up to a minute.
func pause(n int) time.Duration {
	pause := float64(time.Second)
	for range min(n, 60) {
		pause *= 1.4
	}
	return min(time.Duration(pause), time.Minute)
}

// Poll implements integration.Jobs.
func (c *Connector) Poll(ctx context.Context, call integration.Call, name string, asked int) integration.Answer {
	if !ours(call) {
		if others, ok := c.cfg.Others.(integration.Jobs); ok {
			return others.Poll(ctx, call, name, asked)
		}
		return integration.Failed{Error: "States.TaskFailed", Cause: "This server cannot tell how the job is getting on."}
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeMax)
	defer cancel()
	var j job
	p, err := readParameters(call.Input)
	if err == nil {
		err = json.Unmarshal([]byte(name), &j)
	}
	if err != nil {
		return integration.Failed{Error: "States.TaskFailed", Cause: fmt.Sprintf("The job %q cannot be read.", name)}
	}
	to, err := c.cluster(p)
	if err != nil {
		return failed(&call, err)
	}
	resp, err := c.send(ctx, &call, to, request{method: "GET", path: jobPath(j.Namespace, j.Name)})
	if final(err) {
		return failed(&call, err)
	}
	again := integration.Running{Again: pause(asked + 1)}
	if err != nil {
		return again // the cluster is not well, or out of reach; the task's time-out bounds this
	}
	described, err := query.Parse(resp.body)
	if err != nil {
		return again
	}
	switch outcome(described) {
	case "Complete":
		return integration.Succeeded{Output: c.withLogs(ctx, &call, to, p, j, described).JSON()}
	case "Failed":
		cause := c.withLogs(ctx, &call, to, p, j, described).Compact()
		if len(cause) > causeBytesMax {
			cause = described.Compact()
		}
		return integration.Failed{Error: "States.TaskFailed", Cause: cause}
	}
	return again
}

// final reports whether asking again cannot help.
func final(err error) bool {
	if s, ok := errors.AsType[*statusError](err); ok {
		return s.status < 500 && s.status != 429
	}
	_, ok := errors.AsType[problem](err)
	return ok
}

// outcome is the condition that ends a job, "" if there is none yet.
func outcome(described query.Value) string {
	status, _ := described.Get("status")
	conditions, _ := status.Get("conditions")
	for _, c := range conditions.Elements() {
		kind, _ := c.Get("type")
		holds, _ := c.Get("status")
		if k := kind.Str(); holds.Str() == "True" && (k == "Complete" || k == "Failed") {
			return k
		}
	}
	return ""
}

// Stop implements integration.Jobs: the job is deleted with its pods.
func (c *Connector) Stop(ctx context.Context, call integration.Call, name string) error {
	if !ours(call) {
		if others, ok := c.cfg.Others.(integration.Jobs); ok {
			return others.Stop(ctx, call, name)
		}
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeMax)
	defer cancel()
	var j job
	if err := json.Unmarshal([]byte(name), &j); err != nil {
		return fmt.Errorf("read the name of a job: %w", err)
	}
	to, err := c.find(j.Cluster, j.Endpoint, j.CA)
	if err != nil {
		return fmt.Errorf("stop the job %s: %w", j.Name, err)
	}
	// The UID, so that a new job of the same name stays.
	body := fmt.Sprintf(`{"kind":"DeleteOptions","apiVersion":"v1","propagationPolicy":"Background","preconditions":{"uid":%s}}`, query.StringValue(j.UID).JSON())
	_, err = c.send(ctx, &call, to, request{method: "DELETE", path: jobPath(j.Namespace, j.Name), body: body, contentType: "application/json"})
	if s, ok := errors.AsType[*statusError](err); ok && (s.status == 404 || s.status == 409) {
		return nil // it is gone, or another one
	}
	return err
}
