package localjob

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/cogstep/cogstep/internal/arn"
)

// glueRun is the parameters of glue:startJobRun.
// Source: Glue API, StartJobRun and JobRun; developer guide, "Using job parameters".
type glueRun struct {
	JobName   string
	Arguments ordered
	Timeout   int // minutes
}

func (r *glueRun) tailor(_ arn.Scope, o *order) {
	o.Command = append(append([]string{}, o.Command...), "--JOB_NAME", r.JobName, "--JOB_RUN_ID", r.id(o))
	for _, a := range r.Arguments {
		o.Command = append(o.Command, "--"+strings.TrimPrefix(a.Name, "--"), a.Value)
	}
	if r.Timeout > 0 {
		o.Timeout = time.Duration(r.Timeout) * time.Minute
	}
}

func (r *glueRun) id(o *order) string { return "jr_" + o.Digest }

func (r *glueRun) accepted(_ arn.Scope, o *order) object {
	return withMetadata(o, object{"JobRunId": r.id(o)})
}

func (r *glueRun) described(_ arn.Scope, o *order, e *ending) object {
	state := map[how]string{timedOut: "TIMEOUT", stopped: "STOPPED", lost: "ERROR"}[e.How]
	switch {
	case e.good():
		state = "SUCCEEDED"
	case state == "":
		state = "FAILED"
	}
	arguments := object{}
	for _, a := range r.Arguments {
		arguments[a.Name] = a.Value
	}
	d := object{
		"Arguments": arguments, "Attempt": 0, "ExecutionTime": int(max(0, e.Ended.Sub(e.Began)).Seconds()), "Id": r.id(o), "JobName": r.JobName,
		"JobRunState": state, "LogGroupName": "/aws-glue/jobs", "PredecessorRuns": []object{},
	}
	if e.Began.IsZero() {
		d["ExecutionTime"] = 0
	}
	if !e.good() {
		d["ErrorMessage"] = e.reason(o)
	}
	if minutes := int(o.Timeout.Minutes()); minutes > 0 {
		d["Timeout"] = minutes
	}
	d.setTime("StartedOn", o.Created)
	d.setTime("LastModifiedOn", e.Ended)
	d.setTime("CompletedOn", e.Ended)
	return d
}

// ordered is an object of texts that keeps the order of its members.
type ordered []pair

// UnmarshalJSON reads the members.
func (p *ordered) UnmarshalJSON(b []byte) error {
	var values map[string]string
	if err := json.Unmarshal(b, &values); err != nil || values == nil {
		return err
	}
	d := json.NewDecoder(strings.NewReader(string(b)))
	_, _ = d.Token() // it has been read above: none of these fails
	for d.More() {
		name, _ := d.Token()
		_, _ = d.Token()
		key, _ := name.(string)
		*p = append(*p, pair{key, values[key]})
	}
	return nil
}
