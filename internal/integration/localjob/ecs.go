package localjob

import (
	"strings"

	"github.com/cogstep/cogstep/internal/arn"
)

// ecsTask is the parameters of ecs:runTask. A task here has one container, which every override is for.
// Source: ECS API, RunTask and Task; the form of the results is recorded.
type ecsTask struct {
	Cluster, TaskDefinition, LaunchType, Group string
	Overrides                                  struct {
		ContainerOverrides []struct {
			Name        string
			Command     []string
			Environment []pair
		}
	}
}

func (r *ecsTask) tailor(_ arn.Scope, o *order) {
	for _, c := range r.Overrides.ContainerOverrides {
		if c.Command != nil {
			o.Command = c.Command
		}
		o.set(c.Environment)
	}
}

func (r *ecsTask) accepted(s arn.Scope, o *order) object {
	task := r.task(s, o, "PROVISIONING", "RUNNING")
	return withMetadata(o, object{"Failures": []object{}, "Tasks": []object{task}})
}

func (r *ecsTask) described(s arn.Scope, o *order, e *ending) object {
	task := r.task(s, o, "STOPPED", "STOPPED")
	task.setTime("StartedAt", e.Began)
	for _, name := range []string{"ExecutionStoppedAt", "StoppingAt", "StoppedAt"} {
		task.setTime(name, e.Ended)
	}
	container := task["Containers"].([]object)[0]
	task["StopCode"], task["StoppedReason"] = "EssentialContainerExited", "Essential container in task exited"
	if code, ok := e.code(); ok {
		container["ExitCode"] = code
	}
	if e.How != exited {
		container["Reason"], task["StoppedReason"] = e.reason(o), e.reason(o)
		task["StopCode"] = map[how]string{unstarted: "TaskFailedToStart"}[e.How]
		if task["StopCode"] == "" {
			task["StopCode"] = "UserInitiated"
		}
	}
	return task
}

func (r *ecsTask) task(s arn.Scope, o *order, status, desired string) object {
	cluster := r.Cluster
	if cluster == "" {
		cluster = "default"
	}
	clusterARN := whole(s, "ecs", "cluster", cluster)
	cluster = clusterARN[strings.LastIndexByte(clusterARN, '/')+1:]
	definition := r.TaskDefinition
	if !strings.HasPrefix(definition, "arn:") {
		if !strings.Contains(definition, ":") {
			definition += ":1"
		}
		definition = arnOf(s, "ecs", "task-definition/"+definition)
	}
	name, launch, group := o.subject(), r.LaunchType, r.Group
	overrides := []object{}
	for _, c := range r.Overrides.ContainerOverrides {
		override := object{"Environment": environment(c.Environment), "EnvironmentFiles": []object{}, "Name": c.Name, "ResourceRequirements": []object{}}
		if c.Command != nil {
			override["Command"] = c.Command
		}
		overrides = append(overrides, override)
		if c.Name != "" {
			name = c.Name
		}
	}
	if launch == "" {
		launch = "FARGATE"
	}
	if group == "" {
		group = "family:" + o.subject()
	}
	taskARN := arnOf(s, "ecs", "task/"+cluster+"/"+o.Digest[:32])
	task := object{
		"Attachments": []object{}, "Attributes": []object{}, "ClusterArn": clusterARN,
		"Containers": []object{{
			"ContainerArn": arnOf(s, "ecs", "container/"+cluster+"/"+o.Digest[:32]+"/"+o.uuid()), "Image": o.Image, "LastStatus": status,
			"ManagedAgents": []object{}, "Name": name, "NetworkBindings": []object{}, "NetworkInterfaces": []object{}, "TaskArn": taskARN,
		}},
		"DesiredStatus": desired, "EnableExecuteCommand": false, "Group": group, "InferenceAccelerators": []object{}, "LastStatus": status,
		"LaunchType": launch, "Overrides": object{"ContainerOverrides": overrides, "InferenceAcceleratorOverrides": []object{}},
		"StartedBy": "AWS Step Functions", "Tags": []object{}, "TaskArn": taskARN, "TaskDefinitionArn": definition, "Version": 1,
	}
	task.setTime("CreatedAt", o.Created)
	return task
}
