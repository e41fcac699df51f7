package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cogstep/cogstep/internal/arn"
	"github.com/cogstep/cogstep/internal/catalog"
	"github.com/cogstep/cogstep/internal/engine"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/internal/store/memory"
	"github.com/cogstep/cogstep/internal/uuid"
	"github.com/cogstep/cogstep/query"
)

// members are those of a request or an answer.
type members = map[string]any

// service is the API over a catalog and an engine in memory.
type service struct {
	*API
	t     *testing.T
	drawn int // what the next alias draws
}

// serve plays a story under a clock of its own.
func serve(t *testing.T, story func(s *service)) {
	synctest.Test(t, func(t *testing.T) {
		s := &service{t: t}
		scope := arn.Scope{Account: "000000000000", Region: "us-east-1"}
		data := memory.New()
		c, err := catalog.Open(t.Context(), catalog.Config{Store: data, Scope: scope, Now: time.Now, NewID: uuid.New})
		if err != nil {
			t.Fatal(err)
		}
		logger := slog.New(slog.DiscardHandler)
		e, err := engine.Open(t.Context(), engine.Config{
			Store: data, Shards: 2, Scope: scope, Definitions: c, Connectors: &integration.Registry{}, Logger: logger,
		})
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := errors.Join(e.Close(context.Background()), c.Close()); err != nil {
				t.Error(err)
			}
		}()
		s.API = New(Config{
			Catalog: c, Engine: e, Scope: scope, Logger: logger, PageKey: []byte("key"), Now: time.Now,
			Draw: func(int) int { return s.drawn },
		})
		story(s)
	})
}

func (s *service) perform(operation string, request members) (members, error) {
	s.t.Helper()
	text, err := json.Marshal(request)
	if err != nil {
		s.t.Fatal(err)
	}
	body, err := query.Parse(string(text))
	if err != nil {
		s.t.Fatal(err)
	}
	reply, err := s.API.perform(s.t.Context(), operation, input{Value: body})
	if err != nil {
		e, ok := s.wireError(err)
		if !ok {
			s.t.Fatalf("%s: %v", operation, err)
		}
		return nil, e
	}
	answer := members{}
	if err := json.Unmarshal(reply.AppendJSON(nil), &answer); err != nil {
		s.t.Fatal(err)
	}
	time.Sleep(time.Millisecond) // so that dates differ
	return answer, nil
}

// call expects an answer.
func (s *service) call(operation string, request members) members {
	s.t.Helper()
	answer, err := s.perform(operation, request)
	if err != nil {
		s.t.Fatalf("%s %v: %v", operation, request, err)
	}
	return answer
}

// refused expects an error, as CODE: TEXT.
func (s *service) refused(want, operation string, request members) {
	s.t.Helper()
	answer, err := s.perform(operation, request)
	if err == nil || err.Error() != want {
		s.t.Errorf("%s %v:\n got %v, %v\nwant %s", operation, request, answer, err, want)
	}
}

// want compares members of an answer; a member that is to be absent is nil.
func (s *service) want(answer, want members) {
	s.t.Helper()
	for name, v := range want {
		if fmt.Sprint(answer[name]) != fmt.Sprint(v) {
			s.t.Errorf("%s is %v, want %v", name, answer[name], v)
		}
	}
}

// start runs an execution to its end and returns its ARN.
func (s *service) start(machine string) string {
	s.t.Helper()
	execution := s.call("StartExecution", members{"stateMachineArn": machine})["executionArn"].(string)
	synctest.Wait()
	return execution
}

// column returns a member of all items of a list.
func column(answer members, list, name string) string {
	var all []string
	items, _ := answer[list].([]any)
	for _, item := range items {
		all = append(all, fmt.Sprint(item.(members)[name]))
	}
	return strings.Join(all, " ")
}

const (
	machineARN = "arn:aws:states:us-east-1:000000000000:stateMachine:M"
	anyRole    = "arn:aws:iam::000000000000:role/any"
)

// returning is a definition whose executions return v.
func returning(v any) string {
	return fmt.Sprintf(`{"StartAt":"A","States":{"A":{"Type":"Pass","Result":%v,"End":true}}}`, v)
}

// published makes M with the versions 1 to n, which return their numbers.
func (s *service) published(n int) {
	s.t.Helper()
	s.call("CreateStateMachine", members{"name": "M", "definition": returning(1), "roleArn": anyRole, "publish": true})
	for v := 2; v <= n; v++ {
		s.call("UpdateStateMachine", members{"stateMachineArn": machineARN, "definition": returning(v), "publish": true})
	}
}

func routing(versionsAndWeights ...any) []members {
	var list []members
	for i := 0; i < len(versionsAndWeights); i += 2 {
		list = append(list, members{
			"stateMachineVersionArn": fmt.Sprint(machineARN, ":", versionsAndWeights[i]), "weight": versionsAndWeights[i+1],
		})
	}
	return list
}

func TestAQualifiedARNStartsItsVersion(t *testing.T) {
	serve(t, func(s *service) {
		s.published(2)
		s.call("UpdateStateMachine", members{"stateMachineArn": machineARN, "definition": returning(3), "roleArn": anyRole + "3"})
		s.call("CreateStateMachineAlias", members{"name": "live", "routingConfiguration": routing(2, 20, 1, 80)})
		live := machineARN + ":live"
		for _, c := range []struct {
			started        string
			drawn          int
			output         string
			version, alias any
		}{
			{machineARN, 0, "3", nil, nil},
			{machineARN + ":1", 0, "1", machineARN + ":1", nil},
			{machineARN + ":2", 0, "2", machineARN + ":2", nil},
			{live, 19, "2", machineARN + ":2", live},
			{live, 20, "1", machineARN + ":1", live},
			{live + "#NoSuchCase", 99, "1", machineARN + ":1", live},
		} {
			s.drawn = c.drawn
			execution := members{"executionArn": s.start(c.started)}
			s.want(s.call("DescribeExecution", execution), members{
				"status": "SUCCEEDED", "output": c.output, "stateMachineArn": machineARN,
				"stateMachineVersionArn": c.version, "stateMachineAliasArn": c.alias,
			})
			s.want(s.call("DescribeStateMachineForExecution", execution), members{
				"definition": returning(c.output), "stateMachineArn": machineARN, "name": "M",
			})
		}
		for arn, n := range map[string]int{machineARN: 6, machineARN + ":1": 3, machineARN + ":2": 2, live: 3} {
			listed := s.call("ListExecutions", members{"stateMachineArn": arn})
			if got := column(listed, "executions", "stateMachineArn"); got != strings.TrimSpace(strings.Repeat(machineARN+" ", n)) {
				t.Errorf("executions of %s are of %s, want %d of %s", arn, got, n, machineARN)
			}
		}
		listed := s.call("ListExecutions", members{"stateMachineArn": live, "maxResults": 2})
		if got := column(listed, "executions", "stateMachineVersionArn"); got != machineARN+":1 "+machineARN+":1" {
			t.Errorf("newest executions of the alias ran %s", got)
		}
		for _, gone := range []string{machineARN + ":3", machineARN + ":dead", machineARN + ":live:1", machineARN + ":"} {
			for _, operation := range []string{"StartExecution", "ListExecutions", "DescribeStateMachine"} {
				s.refused("StateMachineDoesNotExist: State Machine Does Not Exist: '"+gone+"'", operation, members{"stateMachineArn": gone})
			}
		}
		s.refused("StateMachineDoesNotExist: State Machine Does Not Exist: '"+live+"'", "DescribeStateMachine", members{"stateMachineArn": live})
	})
}

func TestAnExecutionIsDescribedByTheRevisionThatItUsed(t *testing.T) {
	serve(t, func(s *service) {
		created := s.call("CreateStateMachine", members{
			"name": "M", "definition": returning(1), "roleArn": anyRole, "tracingConfiguration": members{"enabled": true},
		})
		first := members{"executionArn": s.start(machineARN)}
		initial := members{
			"definition": returning(1), "roleArn": anyRole, "revisionId": nil, "updateDate": created["creationDate"],
			"tracingConfiguration": members{"enabled": true},
		}
		s.want(s.call("DescribeStateMachineForExecution", first), initial)
		updated := s.call("UpdateStateMachine", members{
			"stateMachineArn": machineARN, "roleArn": anyRole + "2", "tracingConfiguration": members{"enabled": false}, "publish": true,
		})
		second := members{"executionArn": s.start(machineARN)}
		third := members{"executionArn": s.start(machineARN + ":1")}
		s.call("UpdateStateMachine", members{"stateMachineArn": machineARN, "definition": returning(2)})
		s.call("DeleteStateMachineVersion", members{"stateMachineVersionArn": machineARN + ":1"})
		for _, execution := range []members{second, third} {
			s.want(s.call("DescribeStateMachineForExecution", execution), members{
				"definition": returning(1), "roleArn": anyRole + "2", "revisionId": updated["revisionId"],
				"updateDate": updated["updateDate"], "tracingConfiguration": members{"enabled": false},
			})
		}
		s.call("DeleteStateMachine", members{"stateMachineArn": machineARN})
		s.want(s.call("DescribeStateMachineForExecution", first), initial)
	})
}

// Recorded on the real service: a change of the logging alone makes a revision, one that changes nothing does not.
func TestLoggingIsPartOfTheRevision(t *testing.T) {
	serve(t, func(s *service) {
		logging := func(level string, data bool, groups ...any) members {
			var destinations []members
			for _, g := range groups {
				destinations = append(destinations, members{"cloudWatchLogsLogGroup": members{
					"logGroupArn": fmt.Sprintf("arn:aws:logs:us-east-1:000000000000:log-group:%v:*", g)}})
			}
			return members{"level": level, "includeExecutionData": data, "destinations": destinations}
		}
		revision := func(c members) any {
			t.Helper()
			s.call("UpdateStateMachine", members{"stateMachineArn": machineARN, "loggingConfiguration": c})
			described := s.call("DescribeStateMachine", members{"stateMachineArn": machineARN})
			s.want(described["loggingConfiguration"].(members), c)
			return described["revisionId"]
		}
		s.call("CreateStateMachine", members{
			"name": "M", "definition": returning(1), "roleArn": anyRole, "loggingConfiguration": logging("ALL", true, "g"),
		})
		none := revision(logging("ALL", true, "g"))
		level := revision(logging("FATAL", true, "g"))
		same := revision(logging("FATAL", true, "g"))
		flag := revision(logging("FATAL", false, "g"))
		if none != nil || level == nil || same != level || flag == level {
			t.Errorf("revisions are %v, %v, %v, %v", none, level, same, flag)
		}
		const one = "InvalidLoggingConfiguration: Invalid Logging Configuration: Must specify exactly one Log Destination."
		s.refused(one, "UpdateStateMachine", members{"stateMachineArn": machineARN, "loggingConfiguration": logging("FATAL", false, "g", "h")})
		s.refused(one, "UpdateStateMachine", members{"stateMachineArn": machineARN, "loggingConfiguration": members{"level": "ALL"}})
	})
}

func TestWhatHoldsAnywayIsNoChange(t *testing.T) {
	serve(t, func(s *service) {
		request := members{"name": "M", "definition": returning(1), "roleArn": anyRole}
		s.call("CreateStateMachine", request)
		request["loggingConfiguration"] = members{"level": "OFF", "includeExecutionData": false}
		request["tracingConfiguration"] = members{"enabled": false}
		request["encryptionConfiguration"] = members{"type": "AWS_OWNED_KEY"}
		s.call("CreateStateMachine", request)
		delete(request, "name")
		request["stateMachineArn"] = machineARN
		s.want(s.call("UpdateStateMachine", request), members{"revisionId": nil})
	})
}

func TestPublishing(t *testing.T) {
	serve(t, func(s *service) {
		create := members{"name": "M", "definition": returning(1), "roleArn": anyRole, "publish": true, "versionDescription": "first"}
		for range 2 {
			s.want(s.call("CreateStateMachine", create), members{"stateMachineVersionArn": machineARN + ":1"})
		}
		const exists = "StateMachineAlreadyExists: State Machine Already Exists: '" + machineARN + "'"
		create["versionDescription"] = "other"
		s.refused(exists, "CreateStateMachine", create)
		delete(create, "publish")
		const without = "ValidationException: Version description can only be set when publish is true"
		s.refused(without, "CreateStateMachine", create)
		create["versionDescription"] = ""
		s.refused(exists, "CreateStateMachine", create)
		s.refused(without, "UpdateStateMachine", members{"stateMachineArn": machineARN, "roleArn": anyRole, "versionDescription": "x"})
		s.refused("MissingRequiredParameter: Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified",
			"UpdateStateMachine", members{"stateMachineArn": machineARN, "publish": true})

		s.want(s.call("UpdateStateMachine", members{"stateMachineArn": machineARN, "roleArn": anyRole, "versionDescription": ""}),
			members{"stateMachineVersionArn": nil, "revisionId": nil})
		s.want(s.call("PublishStateMachineVersion", members{"stateMachineArn": machineARN, "revisionId": "INITIAL", "description": "second"}),
			members{"stateMachineVersionArn": machineARN + ":1"})
		described := s.call("DescribeStateMachine", members{"stateMachineArn": machineARN + ":1"})
		s.want(described, members{"description": "first", "stateMachineArn": machineARN + ":1", "status": "ACTIVE", "name": "M", "type": "STANDARD"})
		s.want(s.call("DescribeStateMachine", members{"stateMachineArn": machineARN}), members{"description": nil})
		updated := s.call("UpdateStateMachine", members{"stateMachineArn": machineARN, "definition": returning(2)})
		s.refused(fmt.Sprintf("ConflictException: Failed to publish the State Machine version for revision INITIAL. The current State Machine revision is %s.", updated["revisionId"]),
			"PublishStateMachineVersion", members{"stateMachineArn": machineARN, "revisionId": "INITIAL"})
		s.want(s.call("PublishStateMachineVersion", members{"stateMachineArn": machineARN, "revisionId": updated["revisionId"]}),
			members{"stateMachineVersionArn": machineARN + ":2"})
		s.refused("StateMachineDoesNotExist: State Machine Does Not Exist: '"+machineARN+":2'", "PublishStateMachineVersion", members{"stateMachineArn": machineARN + ":2"})
	})
}

func TestVersionsAreListedAndDeleted(t *testing.T) {
	serve(t, func(s *service) {
		s.published(3)
		request := members{"stateMachineArn": machineARN, "maxResults": 2}
		page := s.call("ListStateMachineVersions", request)
		if got := column(page, "stateMachineVersions", "stateMachineVersionArn"); got != machineARN+":3 "+machineARN+":2" {
			t.Errorf("first page: %s", got)
		}
		s.call("DeleteStateMachineVersion", members{"stateMachineVersionArn": machineARN + ":2"})
		request["nextToken"] = page["nextToken"]
		page = s.call("ListStateMachineVersions", request)
		if got := column(page, "stateMachineVersions", "stateMachineVersionArn"); got != machineARN+":1" || page["nextToken"] != nil {
			t.Errorf("last page: %v", page)
		}
		s.want(s.call("ListStateMachineVersions", members{"stateMachineArn": machineARN + "none"}), members{"stateMachineVersions": "[]"})
		s.refused("ValidationException: The ARN of a state machine without a qualifier is needed. Received: "+machineARN+":1",
			"ListStateMachineVersions", members{"stateMachineArn": machineARN + ":1"})
		s.refused("ValidationException: The ARN of a state machine version is needed. Received: "+machineARN,
			"DeleteStateMachineVersion", members{"stateMachineVersionArn": machineARN})
		s.refused("ResourceNotFound: Resource not found: '"+machineARN+":1'",
			"TagResource", members{"resourceArn": machineARN + ":1", "tags": []members{{"key": "k", "value": "v"}}})

		for _, name := range []string{"b", "a"} {
			s.call("CreateStateMachineAlias", members{"name": name, "routingConfiguration": routing(1, 100)})
		}
		s.refused("ConflictException: Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [a, b]",
			"DeleteStateMachineVersion", members{"stateMachineVersionArn": machineARN + ":1"})
	})
}

func TestAliasesOverTheAPI(t *testing.T) {
	serve(t, func(s *service) {
		s.published(3)
		live := members{"stateMachineAliasArn": machineARN + ":live"}
		create := members{"name": "live", "description": "words", "routingConfiguration": routing(1, 0, 2, 100)}
		created := s.call("CreateStateMachineAlias", create)
		s.want(s.call("CreateStateMachineAlias", create), created)
		s.want(s.call("DescribeStateMachineAlias", live), members{
			"stateMachineAliasArn": machineARN + ":live", "name": "live", "description": "words",
			"routingConfiguration": routing(1, 0, 2, 100), "creationDate": created["creationDate"], "updateDate": created["creationDate"],
		})
		const conflict = "ConflictException: Failed to create alias because an alias with the same name and a different routing configuration already exists."
		create["description"] = "other words"
		s.refused(conflict, "CreateStateMachineAlias", create)

		updated := s.call("UpdateStateMachineAlias", members{"stateMachineAliasArn": machineARN + ":live", "description": ""})
		s.want(s.call("DescribeStateMachineAlias", live), members{
			"description": nil, "routingConfiguration": routing(1, 0, 2, 100), "creationDate": created["creationDate"], "updateDate": updated["updateDate"],
		})
		s.call("UpdateStateMachineAlias", members{"stateMachineAliasArn": machineARN + ":live", "routingConfiguration": routing(3, 100)})
		s.want(s.call("DescribeStateMachineAlias", live), members{"routingConfiguration": routing(3, 100)})
		s.refused("ValidationException: Either the description or the routing configuration must be specified", "UpdateStateMachineAlias", live)

		for weights, list := range map[string][]members{
			"Routing configuration must contain state machine version ARNs. Received: [" + machineARN + ":live]":                             routing("live", 100),
			"Routing configuration must contain distinct state machine version ARNs. Received: [" + machineARN + ":1, " + machineARN + ":1]": routing(1, 50, 1, 50),
			"Sum of routing configuration weights must equal 100. Received: [70, 29]":                                                        routing(1, 70, 2, 29),
			"Routing configuration must contain versions of one state machine. Received: [" + machineARN + ":1, " + machineARN + "2:1]":      {routing(1, 50)[0], {"stateMachineVersionArn": machineARN + "2:1", "weight": 50}},
		} {
			s.refused("ValidationException: "+weights, "CreateStateMachineAlias", members{"name": "bad", "routingConfiguration": list})
		}
		const missing = "ResourceNotFound: Request references a resource that does not exist."
		s.refused(missing, "CreateStateMachineAlias", members{"name": "bad", "routingConfiguration": routing(4, 100)})
		s.call("CreateStateMachineAlias", members{"name": "again", "routingConfiguration": routing(1, 100)})
		for arn, want := range map[string]string{machineARN: "again live", machineARN + ":1": "again", machineARN + ":2": "", machineARN + ":3": "live"} {
			got := column(s.call("ListStateMachineAliases", members{"stateMachineArn": arn}), "stateMachineAliases", "stateMachineAliasArn")
			if got = strings.ReplaceAll(got, machineARN+":", ""); got != want {
				t.Errorf("aliases of %s: %s, want %s", arn, got, want)
			}
		}
		s.refused(missing, "ListStateMachineAliases", members{"stateMachineArn": machineARN + ":4"})
		s.refused("StateMachineDoesNotExist: State Machine Does Not Exist: '"+machineARN+"x'", "ListStateMachineAliases", members{"stateMachineArn": machineARN + "x"})
		for range 2 {
			s.call("DeleteStateMachineAlias", live)
		}
		s.refused(missing, "DescribeStateMachineAlias", live)
		s.refused(missing, "UpdateStateMachineAlias", members{"stateMachineAliasArn": machineARN + ":live", "description": "x"})
		s.refused("ValidationException: The ARN of a state machine alias is needed. Received: "+machineARN+":1", "DeleteStateMachineAlias", members{"stateMachineAliasArn": machineARN + ":1"})
	})
}

func TestTheAnswerOfASynchronousExecutionNamesNoVersion(t *testing.T) {
	serve(t, func(s *service) {
		s.call("CreateStateMachine", members{"name": "M", "definition": returning(1), "roleArn": anyRole, "type": "EXPRESS", "publish": true})
		s.call("UpdateStateMachine", members{"stateMachineArn": machineARN, "definition": `{"StartAt":"A","States":{"A":{"Type":"Fail","Error":"E"}}}`})
		s.want(s.call("StartSyncExecution", members{"stateMachineArn": machineARN + ":1"}), members{
			"status": "SUCCEEDED", "output": "1", "stateMachineArn": machineARN, "stateMachineVersionArn": nil,
		})
		s.want(s.call("StartSyncExecution", members{"stateMachineArn": machineARN}), members{ // recorded
			"status": "FAILED", "error": "E", "outputDetails": members{"included": true},
		})
		s.refused("StateMachineTypeNotSupported: This operation is not supported by this type of state machine", "ListExecutions", members{"stateMachineArn": machineARN + ":1"})
	})
}

func TestAReasonIsAMemberOfTheError(t *testing.T) {
	serve(t, func(s *service) {
		s.published(1)
		body := `{"name":"a","routingConfiguration":[{"stateMachineVersionArn":"` + machineARN + `:1","weight":99}]}`
		r := httptest.NewRequestWithContext(s.t.Context(), http.MethodPost, "/", strings.NewReader(body))
		r.Header.Set("X-Amz-Target", "AWSStepFunctions.CreateStateMachineAlias")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		const want = `{"__type":"ValidationException","message":"Sum of routing configuration weights must equal 100. Received: [99]","reason":"INVALID_ROUTING_CONFIGURATION"}`
		if got := w.Body.String(); got != want || w.Code != http.StatusBadRequest {
			t.Errorf("got %d %s\nwant %s", w.Code, got, want)
		}
	})
}

// Recorded on the real service: an empty list comes back, an absent one does not.
func TestLogDestinationsComeBackAsGiven(t *testing.T) {
	serve(t, func(s *service) {
		for name, given := range map[string]members{"empty": {"destinations": []any{}}, "absent": {"level": "OFF"}} {
			s.call("CreateStateMachine", members{"name": name, "definition": returning(1), "roleArn": anyRole, "loggingConfiguration": given})
			arn := strings.TrimSuffix(machineARN, "M") + name
			got := s.call("DescribeStateMachine", members{"stateMachineArn": arn})["loggingConfiguration"]
			want := members{"level": "OFF", "includeExecutionData": false}
			if d, ok := given["destinations"]; ok {
				want["destinations"] = d
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s: got %v, want %v", name, got, want)
			}
		}
	})
}
