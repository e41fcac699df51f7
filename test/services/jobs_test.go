package services

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cogstep/cogstep/test/program"
)

// A job that a Task waits for outlives the server: it is not started again, polling goes on, and stopping the execution
// stops it.
func TestAJobOutlivesTheServerAndIsStopped(t *testing.T) {
	m := startMoto(t)
	env := program.Environ("AWS_ENDPOINT_URL="+m.URL, "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test")
	data := filepath.Join(t.TempDir(), "data")
	s := program.Start(t, env, "--account", "123456789012", "--data", data)
	c := client{t, s.URL}

	prepare := c.create("prepare", `{"QueryLanguage":"JSONata","StartAt":"Cluster","States":{
		"Cluster":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:ecs:createCluster","Arguments":{"ClusterName":"main"},"Next":"Define"},
		"Define":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:ecs:registerTaskDefinition","Arguments":{"Family":"job","ContainerDefinitions":[{"Name":"c","Image":"alpine","Memory":64}],"RequiresCompatibilities":["FARGATE"],"NetworkMode":"awsvpc","Cpu":"256","Memory":"512"},"Next":"Subnets"},
		"Subnets":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:ec2:describeSubnets","Arguments":{},"Assign":{"subnet":"{% $states.result.Subnets[0].SubnetId %}"},"Next":"Groups"},
		"Groups":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:ec2:describeSecurityGroups","Arguments":{},"Output":{"subnet":"{% $subnet %}","group":"{% $states.result.SecurityGroups[0].GroupId %}"},"End":true}}}`)
	network := c.run(prepare, "{}")
	if network["status"] != "SUCCEEDED" {
		t.Fatal(why(network))
	}
	tasks := c.create("tasks", `{"QueryLanguage":"JSONata","StartAt":"List","States":{
		"List":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:ecs:listTasks","Arguments":{"Cluster":"main"},"Next":"Describe"},
		"Describe":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:ecs:describeTasks","Arguments":{"Cluster":"main","Tasks":"{% $states.input.TaskArns %}"},
			"Output":"{% [$states.result.Tasks.DesiredStatus] %}","End":true}}}`)
	stopped := c.create("stopped", `{"QueryLanguage":"JSONata","StartAt":"List","States":{
		"List":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:ecs:listTasks","Arguments":{"Cluster":"main","DesiredStatus":"STOPPED"},"Output":"{% $count($states.result.TaskArns) %}","End":true}}}`)
	job := c.create("job", `{"QueryLanguage":"JSONata","StartAt":"Run","States":{"Run":{"Type":"Task","Resource":"arn:aws:states:::ecs:runTask.sync",
		"Arguments":{"Cluster":"main","TaskDefinition":"job","LaunchType":"FARGATE","NetworkConfiguration":{"AwsvpcConfiguration":{
			"Subnets":["{% $states.input.subnet %}"],"SecurityGroups":["{% $states.input.group %}"]}}},"End":true}}}`)
	run := c.start(job, network["output"].(string))
	c.until("the job is submitted", func() bool { return strings.Contains(c.history(run), "TaskSubmitted") })

	s.Kill()
	before := m.requests("ecs")
	s = program.Start(t, env, "--account", "123456789012", "--data", data)
	c.url = s.URL
	c.until("the job is asked about again", func() bool { return m.requests("ecs") > before })
	if d := c.run(tasks, "{}"); d["output"] != `["RUNNING"]` {
		t.Fatalf("one job must run, and no more: %v %s", d["output"], why(d))
	}
	if d := c.call("DescribeExecution", object{"executionArn": run}); d["status"] != "RUNNING" {
		t.Fatal(why(d))
	}

	c.call("StopExecution", object{"executionArn": run})
	c.until("the job is stopped", func() bool { return c.run(stopped, "{}")["output"] == "1" })
}

// until waits until something holds.
func (c client) until(what string, holds func() bool) {
	c.t.Helper()
	for end := time.Now().Add(waitTimeMax); !holds(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			c.t.Fatalf("it does not happen that %s", what)
		}
	}
}
