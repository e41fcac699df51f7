package localjob

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"

	"github.com/cogstep/cogstep/internal/arn"
	"github.com/cogstep/cogstep/internal/integration"
)

// kind is a call that starts a job.
type kind struct {
	subject string         // the parameter that names what may be bound
	request func() request // empty parameters
}

// request is the parameters of a call, and what the service says about the job that it starts.
type request interface {
	// tailor puts what the call says over what the binding says.
	tailor(s arn.Scope, o *order)
	// accepted is the answer to the call itself.
	accepted(s arn.Scope, o *order) object
	// described is the service's description of the job when it has ended.
	described(s arn.Scope, o *order, e *ending) object
}

// kinds are the calls that may be bound, by service and action.
var kinds = map[string]kind{
	"batch:submitJob":      {"JobDefinition", func() request { return new(batchJob) }},
	"codebuild:startBuild": {"ProjectName", func() request { return new(build) }},
	"ecs:runTask":          {"TaskDefinition", func() request { return new(ecsTask) }},
	"glue:startJobRun":     {"JobName", func() request { return new(glueRun) }},
}

// object is JSON; services answer with their members in the order of the alphabet, as this does.
type object map[string]any

func toJSON(o object) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(o) // texts, numbers and lists of them never fail
	return strings.TrimSuffix(b.String(), "\n")
}

// read reads the parameters of a call.
func (k kind) read(input string) (request, error) {
	r := k.request()
	return r, json.Unmarshal([]byte(input), r)
}

// bindingName is what the bound thing of a call is called in the configuration: the name without ARN and revision. It is
// of no use if the call has no name.
func (k kind) bindingName(call *integration.Call) string {
	var parameters map[string]json.RawMessage
	var subject string
	if json.Unmarshal([]byte(call.Input), &parameters) != nil || json.Unmarshal(parameters[k.subject], &subject) != nil {
		return ""
	}
	subject = subject[strings.LastIndexByte(subject, '/')+1:]
	subject, _, _ = strings.Cut(subject, ":")
	return call.Resource.Service + ":" + subject
}

// pair is an environment variable, as Batch, ECS and CodeBuild give it.
type pair struct{ Name, Value string }

func (o *order) set(pairs []pair) {
	for _, p := range pairs {
		o.Env[p.Name] = p.Value
	}
}

// environment returns the variables of an order as services list them.
func environment(pairs []pair) []object {
	list := []object{}
	for _, p := range pairs {
		list = append(list, object{"Name": p.Name, "Value": p.Value})
	}
	return list
}

// withMetadata adds what the first generation of integrations adds to an answer.
func withMetadata(o *order, answer object) object {
	answer["SdkHttpMetadata"] = object{
		"AllHttpHeaders": object{"x-amzn-RequestId": []string{o.uuid()}}, "HttpHeaders": object{"x-amzn-RequestId": o.uuid()}, "HttpStatusCode": 200,
	}
	answer["SdkResponseMetadata"] = object{"RequestId": o.uuid()}
	return answer
}

func arnOf(s arn.Scope, service, rest string) string {
	return "arn:aws:" + service + ":" + s.Region + ":" + s.Account + ":" + rest
}

// whole returns what a call names as an ARN, if it is not one.
func whole(s arn.Scope, service, folder, name string) string {
	if strings.HasPrefix(name, "arn:") {
		return name
	}
	return arnOf(s, service, folder+"/"+name)
}

// setTime notes a time in milliseconds since 1970, unless it never came.
func (o object) setTime(name string, t time.Time) {
	if !t.IsZero() {
		o[name] = t.UnixMilli()
	}
}
