package localjob

import (
	"strings"
	"time"

	"github.com/cogstep/cogstep/internal/arn"
)

// batchJob is the parameters of batch:submitJob. The job's own retries and arrays are not performed: it runs once.
// Source: Batch API, SubmitJob and DescribeJobs; user guide, "Job environment variables", "Parameters".
type batchJob struct {
	JobName, JobQueue, JobDefinition string
	Parameters                       map[string]string
	ContainerOverrides               struct {
		Command     []string
		Environment []pair
	}
	Timeout struct{ AttemptDurationSeconds int }
}

func (r *batchJob) tailor(_ arn.Scope, o *order) {
	if r.ContainerOverrides.Command != nil {
		o.Command = r.ContainerOverrides.Command
	}
	o.Entrypoint, o.Command = r.filled(o.Entrypoint), r.filled(o.Command)
	o.set(r.ContainerOverrides.Environment)
	o.set([]pair{
		{"AWS_BATCH_JOB_ID", o.uuid()}, {"AWS_BATCH_JOB_ATTEMPT", "1"},
		{"AWS_BATCH_JQ_NAME", r.JobQueue[strings.LastIndexByte(r.JobQueue, '/')+1:]}, {"AWS_BATCH_CE_NAME", "local"},
	})
	if seconds := r.Timeout.AttemptDurationSeconds; seconds > 0 {
		o.Timeout = time.Duration(seconds) * time.Second
	}
}

// filled puts parameters into the places of a command that ask for them: Ref::NAME.
func (r *batchJob) filled(command []string) []string {
	var filled []string
	for _, word := range command {
		if name, ok := strings.CutPrefix(word, "Ref::"); ok {
			if value, given := r.Parameters[name]; given {
				word = value
			}
		}
		filled = append(filled, word)
	}
	return filled
}

func (r *batchJob) accepted(s arn.Scope, o *order) object {
	return withMetadata(o, object{"JobArn": arnOf(s, "batch", "job/"+o.uuid()), "JobId": o.uuid(), "JobName": r.JobName})
}

func (r *batchJob) described(s arn.Scope, o *order, e *ending) object {
	status, reason := "SUCCEEDED", "Essential container in task exited"
	if !e.good() {
		status = "FAILED"
	}
	if e.How != exited {
		reason = e.reason(o)
	}
	container := object{
		"Command": o.arguments(), "Environment": environment(r.ContainerOverrides.Environment), "Image": o.Image,
		"MountPoints": []object{}, "NetworkInterfaces": []object{}, "ResourceRequirements": []object{}, "Secrets": []object{},
		"Ulimits": []object{}, "Volumes": []object{},
	}
	attempt := object{"Container": object{"NetworkInterfaces": []object{}}, "StatusReason": reason}
	if code, ok := e.code(); ok {
		container["ExitCode"] = code
		attempt["Container"].(object)["ExitCode"] = code
	}
	if e.How != exited {
		container["Reason"] = reason
	}
	parameters := r.Parameters
	if parameters == nil {
		parameters = map[string]string{}
	}
	definition := r.JobDefinition
	if !strings.HasPrefix(definition, "arn:") {
		if !strings.Contains(definition, ":") {
			definition += ":1"
		}
		definition = arnOf(s, "batch", "job-definition/"+definition)
	}
	d := object{
		"Attempts": []object{attempt}, "Container": container, "DependsOn": []object{}, "JobArn": arnOf(s, "batch", "job/"+o.uuid()),
		"JobDefinition": definition, "JobId": o.uuid(), "JobName": r.JobName, "JobQueue": whole(s, "batch", "job-queue", r.JobQueue),
		"Parameters": parameters, "Status": status, "StatusReason": reason, "Tags": object{},
	}
	d.setTime("CreatedAt", o.Created)
	for _, timed := range []object{d, attempt} {
		timed.setTime("StartedAt", e.Began)
		timed.setTime("StoppedAt", e.Ended)
	}
	return d
}
