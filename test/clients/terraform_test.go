package clients

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/cogstep/cogstep/test/program"
)

// terraform plays the calls that the provider hashicorp/aws makes for its resources of Step Functions. A plan is clean
// if what is read back is what was sent; a definition counts byte for byte.
type terraform struct{ scenario }

// TestTerraformsSequences goes from an empty state through apply, plan, change and destroy, with a restart of the
// server between an apply and the next plan.
func TestTerraformsSequences(t *testing.T) {
	data := t.TempDir()
	s := program.Start(t, nil, "--data", data)
	tf := &terraform{scenario{t: t, c: connectGo(t, s.URL)}}

	wanted := stateMachine{
		name: "orders", definition: greeting, role: role, publish: true,
		logging: object{"level": "ALL", "includeExecutionData": true, "destinations": []any{
			object{"cloudWatchLogsLogGroup": object{"logGroupArn": "arn:aws:logs:us-east-1:000000000000:log-group:orders:*"}},
		}},
		tracing: object{"enabled": true},
		tags:    map[string]string{"team": "blue", "empty": ""},
	}
	arn := tf.create(wanted)
	if got := tf.read(arn, wanted); got.version != arn+":1" {
		t.Errorf("the version is %s, want %s:1", got.version, arn)
	}
	if err := s.Stop(); err != nil {
		t.Error(err)
	}
	s = program.Start(t, nil, "--data", data)
	tf.c = connectGo(t, s.URL)
	first := tf.read(arn, wanted)

	alias := tf.createAlias(arn, "live", first.version)

	changed := wanted
	changed.definition = strings.Replace(greeting, "1.0", "2.0", 1)
	changed.logging = object{"level": "OFF", "includeExecutionData": false}
	changed.tags = map[string]string{"team": "red", "cost": "7"}
	tf.update(arn, wanted, changed)
	second := tf.read(arn, changed)
	if second.version != arn+":2" || second.revision == first.revision {
		t.Errorf("after an update: %+v, before: %+v", second, first)
	}
	tf.update(arn, changed, changed) // an apply that changes nothing
	if again := tf.read(arn, changed); again != second {
		t.Errorf("after an apply without a change: %+v, want %+v", again, second)
	}

	tf.updateAlias(alias, first.version, second.version)
	tf.dataSources(arn, alias)
	tf.startAction(alias)
	tf.deleteAlias(alias)
	tf.activity()
	tf.delete(arn)
}

// stateMachine is the resource aws_sfn_state_machine as somebody wrote it.
type stateMachine struct {
	name, definition, role string
	publish                bool
	logging, tracing       object
	tags                   map[string]string
}

// computed is what the provider learns by reading.
type computed struct{ version, revision string }

// create is a plan (which checks the definition) and an apply.
func (tf *terraform) create(m stateMachine) (arn string) {
	tf.t.Helper()
	tf.want(tf.call("ValidateStateMachineDefinition", object{"definition": m.definition, "type": "STANDARD"}), "result", "OK")
	var tags []any
	for k, v := range m.tags {
		tags = append(tags, object{"key": k, "value": v})
	}
	created := tf.call("CreateStateMachine", object{
		"name": m.name, "definition": m.definition, "roleArn": m.role, "type": "STANDARD", "publish": m.publish,
		"loggingConfiguration": m.logging, "tracingConfiguration": m.tracing, "tags": tags,
	})
	return created["stateMachineArn"].(string)
}

// read refreshes the state and holds it against what is wanted: any difference would show as a change in the plan.
func (tf *terraform) read(arn string, m stateMachine) (c computed) {
	tf.t.Helper()
	described := tf.call("DescribeStateMachine", object{"stateMachineArn": arn})
	tf.same(described, object{
		"stateMachineArn": arn, "name": m.name, "definition": m.definition, "roleArn": m.role, "type": "STANDARD", "status": "ACTIVE",
		"loggingConfiguration": m.logging, "tracingConfiguration": m.tracing, "encryptionConfiguration": object{"type": "AWS_OWNED_KEY"},
	})
	c.revision, _ = described["revisionId"].(string)
	if versions := list(tf.call("ListStateMachineVersions", object{"stateMachineArn": arn}), "stateMachineVersions"); len(versions) > 0 {
		c.version = versions[0]["stateMachineVersionArn"].(string) // the newest comes first
	}
	tf.tags(arn, m.tags)
	return c
}

func (tf *terraform) tags(arn string, want map[string]string) {
	tf.t.Helper()
	got := map[string]string{}
	for _, tag := range list(tf.call("ListTagsForResource", object{"resourceArn": arn}), "tags") {
		got[tag["key"].(string)], _ = tag["value"].(string)
	}
	if !reflect.DeepEqual(got, want) {
		tf.t.Errorf("tags of %s are %v, want %v", arn, got, want)
	}
}

// same compares the members that are wanted, as JSON.
func (tf *terraform) same(answer, want object) {
	tf.t.Helper()
	for name, v := range want {
		if got := quoted(answer[name]); got != quoted(v) {
			tf.t.Errorf("plan shows a change of %s: %s is there, %s is wanted", name, got, quoted(v))
		}
	}
}

// update sends definition and role whatever has changed, and an empty description of the version; then it waits until
// the change shows.
func (tf *terraform) update(arn string, from, to stateMachine) {
	tf.t.Helper()
	request := object{
		"stateMachineArn": arn, "definition": to.definition, "roleArn": to.role, "publish": to.publish, "versionDescription": "",
	}
	if quoted(from.logging) != quoted(to.logging) {
		request["loggingConfiguration"] = to.logging
	}
	tf.call("UpdateStateMachine", request)
	tf.eventually("the update shows", func() bool {
		got := tf.call("DescribeStateMachine", object{"stateMachineArn": arn})
		var is, wanted any
		if err := errors.Join(json.Unmarshal([]byte(got["definition"].(string)), &is), json.Unmarshal([]byte(to.definition), &wanted)); err != nil {
			tf.t.Fatal(err)
		}
		return reflect.DeepEqual(is, wanted) && got["roleArn"] == to.role
	})
	tf.retag(arn, from.tags, to.tags)
}

func (tf *terraform) retag(arn string, from, to map[string]string) {
	tf.t.Helper()
	var put, remove []any
	for k, v := range to {
		if old, ok := from[k]; !ok || old != v {
			put = append(put, object{"key": k, "value": v})
		}
	}
	for k := range from {
		if _, ok := to[k]; !ok {
			remove = append(remove, k)
		}
	}
	if len(remove) > 0 {
		tf.call("UntagResource", object{"resourceArn": arn, "tagKeys": remove})
	}
	if len(put) > 0 {
		tf.call("TagResource", object{"resourceArn": arn, "tags": put})
	}
}

// delete waits while the state machine is ACTIVE or DELETING, until it does not exist.
func (tf *terraform) delete(arn string) {
	tf.t.Helper()
	tf.call("DeleteStateMachine", object{"stateMachineArn": arn})
	tf.eventually(arn+" is gone", func() bool {
		return tf.gone("StateMachineDoesNotExist", "DescribeStateMachine", object{"stateMachineArn": arn})
	})
	tf.refused("StateMachineDoesNotExist", "DescribeStateMachine", object{"stateMachineArn": arn + ":1"})
}

// gone reports whether an operation is refused with a code; any other refusal would end an apply.
func (tf *terraform) gone(code, operation string, params object) bool {
	tf.t.Helper()
	_, err := tf.c.call(operation, params)
	if r, ok := errors.AsType[*refusal](err); err != nil && (!ok || r.code != code) {
		tf.t.Fatalf("%s: %v, want the error %s", operation, err, code)
	}
	return err != nil
}

func (tf *terraform) eventually(what string, done func() bool) {
	tf.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !done(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			tf.t.Fatalf("timed out: %s", what)
		}
	}
}

func route(version string, weight int) object {
	return object{"stateMachineVersionArn": version, "weight": weight}
}

func (tf *terraform) createAlias(machine, name, version string) (arn string) {
	tf.t.Helper()
	created := tf.call("CreateStateMachineAlias", object{"name": name, "routingConfiguration": []any{route(version, 100)}})
	arn = created["stateMachineAliasArn"].(string)
	got := tf.call("DescribeStateMachineAlias", object{"stateMachineAliasArn": arn})
	tf.same(got, object{
		"stateMachineAliasArn": machine + ":" + name, "name": name, "description": nil,
		"routingConfiguration": []any{route(version, 100)}, "creationDate": created["creationDate"],
	})
	return arn
}

func (tf *terraform) updateAlias(arn, old, new string) {
	tf.t.Helper()
	canary := []any{route(old, 90), route(new, 10)}
	tf.call("UpdateStateMachineAlias", object{"stateMachineAliasArn": arn, "description": "canary", "routingConfiguration": canary})
	got := tf.call("DescribeStateMachineAlias", object{"stateMachineAliasArn": arn})
	tf.same(got, object{"description": "canary", "routingConfiguration": canary})
	tf.refused("ConflictException", "DeleteStateMachineVersion", object{"stateMachineVersionArn": new})
}

func (tf *terraform) deleteAlias(arn string) {
	tf.t.Helper()
	tf.call("DeleteStateMachineAlias", object{"stateMachineAliasArn": arn})
	tf.eventually(arn+" is gone", func() bool {
		return tf.gone("ResourceNotFound", "DescribeStateMachineAlias", object{"stateMachineAliasArn": arn})
	})
}

func (tf *terraform) dataSources(machine, alias string) {
	tf.t.Helper()
	if all := names(list(tf.call("ListStateMachines", object{}), "stateMachines")); !reflect.DeepEqual(all, []string{"orders"}) {
		tf.t.Errorf("state machines are %v", all)
	}
	aliases := list(tf.call("ListStateMachineAliases", object{"stateMachineArn": machine}), "stateMachineAliases")
	if len(aliases) != 1 || aliases[0]["stateMachineAliasArn"] != alias {
		tf.t.Errorf("aliases are %v", aliases)
	}
	versions := list(tf.call("ListStateMachineVersions", object{"stateMachineArn": machine}), "stateMachineVersions")
	if len(versions) != 2 || versions[0]["stateMachineVersionArn"] != machine+":2" || versions[1]["stateMachineVersionArn"] != machine+":1" {
		tf.t.Errorf("versions are %v", versions)
	}
}

// startAction is the action aws_sfn_start_execution.
func (tf *terraform) startAction(alias string) {
	tf.t.Helper()
	end := tf.await(tf.start(alias, "by-terraform", "{}"))
	tf.want(end, "status", "SUCCEEDED")
	tf.want(end, "stateMachineAliasArn", alias)
}

// activity is the resource aws_sfn_activity.
func (tf *terraform) activity() {
	tf.t.Helper()
	tags := map[string]string{"team": "blue"}
	created := tf.call("CreateActivity", object{"name": "pack", "tags": []any{object{"key": "team", "value": "blue"}}})
	arn := created["activityArn"].(string)
	described := object{"activityArn": arn}
	tf.same(tf.call("DescribeActivity", described), object{
		"activityArn": arn, "name": "pack", "creationDate": created["creationDate"], "encryptionConfiguration": object{"type": "AWS_OWNED_KEY"},
	})
	tf.tags(arn, tags)
	changed := map[string]string{"cost": "7"}
	tf.retag(arn, tags, changed)
	tf.tags(arn, changed)
	tf.call("DeleteActivity", described)
	tf.eventually(arn+" is gone", func() bool { return tf.gone("ActivityDoesNotExist", "DescribeActivity", described) })
}
