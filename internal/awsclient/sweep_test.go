package awsclient

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cogstep/cogstep/internal/awsmodel"
	"github.com/cogstep/cogstep/query"
)

// quickServices are those that the sweep takes unless SWEEP=all: of each protocol some, and such that moto imports fast.
const quickServices = `acm apigateway athena autoscaling cloudformation cloudwatch codecommit config dynamodb ec2
	ecr ecs efs elasticache elb elbv2 emr events firehose glue iam kinesis kms lambda logs mq opensearch organizations rds
	redshift route53 s3 secretsmanager sns sqs ssm stepfunctions sts transfer wafv2`

// sweepDiffer are the calls whose answers differ from botocore's, each with the reason.
var sweepDiffer = map[string]string{
	"iot DescribeEndpoint":             "the answer is random",
	"iot GetRegistrationCode":          "the answer is random",
	"iam GetUser":                      "moto makes up id and date of the user anew for each call",
	"secretsmanager GetRandomPassword": "the answer is random",
}

// undated takes the version off the names of CloudFront's operations, as botocore does.
var undated = regexp.MustCompile(`\d{4}_\d\d_\d\d$`)

// swept is what botocore says of a call.
type swept struct {
	Service, Operation string
	Broken             string // why botocore could not read the answer
	Status             int
	Code               string // "": it was no error
	Result             any
}

// Everything that reads and needs no input is called by botocore and by us, at one server that resembles AWS, and the
// answers are compared.
func TestSweep(t *testing.T) {
	python := findPython(t)
	url := startMoto(t)
	services := strings.Fields(quickServices)
	if os.Getenv("SWEEP") != "" {
		services = strings.Fields(os.Getenv("SWEEP"))
	}
	cmd := exec.Command(python, append([]string{"testdata/sweep.py", url}, services...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	models := folders(t)
	client := testClient(url)
	client.cfg.HTTP = &http.Client{Timeout: 20 * time.Second}
	counts := map[string]int{}
	seen := map[string]bool{}
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var theirs swept
		if err := json.Unmarshal(lines.Bytes(), &theirs); err != nil {
			t.Fatalf("%s: %v", lines.Text(), err)
		}
		s := models[theirs.Service]
		if s == nil {
			continue // the same API under another name
		}
		seen[theirs.Service] = true
		i := slices.IndexFunc(s.Operations(), func(o *awsmodel.Operation) bool { return undated.ReplaceAllString(o.Name, "") == theirs.Operation })
		if i < 0 {
			t.Errorf("there is no model of %s %s", theirs.Service, theirs.Operation)
			continue
		}
		outcome, problem := client.sweep(t, s, s.Operations()[i], &theirs)
		name := theirs.Service + " " + theirs.Operation
		if reason, known := sweepDiffer[name]; known && problem != "" {
			outcome = "explained"
			t.Logf("%s differs: %s", name, reason)
		} else if problem != "" {
			t.Errorf("%s: %s", name, problem)
		}
		counts[outcome]++
	}
	if err := errors.Join(lines.Err(), cmd.Wait()); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d services: %v", len(seen), counts)
	if len(seen) < len(services) {
		t.Errorf("%d services were swept of %d", len(seen), len(services))
	}
}

// sweep calls an operation, and says how the answer compares with botocore's.
func (c *Client) sweep(t *testing.T, s *awsmodel.Service, o *awsmodel.Operation, theirs *swept) (outcome, problem string) {
	empty, _ := query.Parse("{}")
	r, err := c.Call(t.Context(), Call{Service: s, Operation: o, Input: empty})
	f, isFault := errors.AsType[*Fault](err)
	switch {
	case theirs.Broken != "" && err != nil:
		return "botocore cannot read it, nor can we", ""
	case theirs.Broken != "":
		return "botocore cannot read it, we can", ""
	case err != nil && !isFault:
		return "different", fmt.Sprintf("%v, botocore has %d %s", err, theirs.Status, theirs.Code)
	case isFault:
		// botocore's code of an answer without one is the status.
		sameCode := f.Code == theirs.Code || theirs.Code == fmt.Sprint(theirs.Status) && f.Code == codeOfStatus(f.Status)
		if f.Status != theirs.Status || !sameCode {
			return "different", fmt.Sprintf("%d %s, botocore has %d %s", f.Status, f.Code, theirs.Status, theirs.Code)
		}
		return "same error", ""
	case theirs.Code != "" || r.Status != theirs.Status:
		return "different", fmt.Sprintf("%d, botocore has %d %s", r.Status, theirs.Status, theirs.Code)
	}
	ours := plainValue(o.Output, r.Output)
	if !same(ours, theirs.Result) {
		a, _ := json.Marshal(ours)
		b, _ := json.Marshal(theirs.Result)
		return "different", fmt.Sprintf("the results differ\nours   %.1500s\ntheirs %.1500s", a, b)
	}
	return "same result", ""
}
