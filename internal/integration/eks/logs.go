package eks

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/query"
)

// withLogs adds the logs of a job's pods to its description, if the parameters ask for them. A log that cannot be had is
// replaced by an error: they are no reason to fail. Source: Step Functions, EKS, LogOptions.
func (c *Connector) withLogs(ctx context.Context, call *integration.Call, to *cluster, p parameters, j job, described query.Value) query.Value {
	options := parameters{p.field("LogOptions")}
	if options.Kind() != query.Object || !options.flag("RetrieveLogs") {
		return described
	}
	parameters, err := options.lists("LogParameters")
	if err != nil {
		parameters = url.Values{}
	}
	resp, err := c.send(ctx, call, to, request{method: "GET", path: podPath(j.Namespace), query: url.Values{"labelSelector": {"job-name=" + j.Name}}})
	if err != nil {
		return described.With("logs", noLog(err))
	}
	list, err := query.Parse(resp.body)
	if err != nil {
		return described.With("logs", noLog(errors.New("the list of pods cannot be read")))
	}
	var logs, pods query.ObjectBuilder
	items, _ := list.Get("items")
	for _, pod := range items.Elements() {
		metadata, _ := pod.Get("metadata")
		name, _ := metadata.Get("name")
		spec, _ := pod.Get("spec")
		containers, _ := spec.Get("containers")
		var of, one query.ObjectBuilder
		for _, container := range containers.Elements() {
			label, _ := container.Get("name")
			of.Set(label.Str(), c.log(ctx, call, to, podPath(j.Namespace)+"/"+url.PathEscape(name.Str())+"/log", label.Str(), parameters, options.flag("RawLogs")))
		}
		one.Set("containers", of.Build())
		pods.Set(name.Str(), one.Build())
	}
	logs.Set("pods", pods.Build())
	return described.With("logs", logs.Build())
}

// log reads the log of one container; what is JSON is given as such unless raw.
func (c *Connector) log(ctx context.Context, call *integration.Call, to *cluster, path, container string, parameters url.Values, raw bool) query.Value {
	asked := url.Values{}
	for name, values := range parameters {
		asked[name] = values
	}
	asked.Set("container", container)
	resp, err := c.send(ctx, call, to, request{method: "GET", path: path, query: asked})
	if err != nil {
		return noLog(err)
	}
	log := query.StringValue(resp.body)
	if parsed, err := query.Parse(resp.body); err == nil && !raw {
		log = parsed
	}
	var o query.ObjectBuilder
	o.Set("log", log)
	return o.Build()
}

// noLog stands where a log should.
func noLog(err error) query.Value {
	name, cause := "EKS.SdkClientException", err.Error()
	if s, ok := errors.AsType[*statusError](err); ok {
		name, cause = fmt.Sprintf("EKS.%d", s.status), s.cause()
	}
	var o query.ObjectBuilder
	o.Set("error", query.StringValue(name))
	o.Set("cause", query.StringValue(cause))
	return o.Build()
}
