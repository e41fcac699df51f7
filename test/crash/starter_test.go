package crash

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

// starter starts executions of one machine while something is wrong with the disk. It asks once and remembers each yes.
type starter struct {
	t       *testing.T
	host    *host
	machine *string
	acked   []string // execution ARNs
}

// nowhere is where nobody serves functions.
const nowhere = "http://127.0.0.1:1"

// newStarter starts the server on a disk and makes a machine.
func newStarter(t *testing.T, h *host) *starter {
	t.Helper()
	h.start(nowhere, true)
	s := &starter{t: t, host: h}
	err := h.ask(t.Context(), func(ctx context.Context, api *sfn.Client) error {
		out, err := api.CreateStateMachine(ctx, &sfn.CreateStateMachineInput{
			Name: aws.String("disk"), Definition: aws.String(chain(wait("W"))), RoleArn: aws.String("arn:aws:iam::000000000000:role/any"),
		})
		if err == nil {
			s.machine = out.StateMachineArn
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// start asks for one execution, once.
func (s *starter) start(ctx context.Context, input string) error {
	return s.host.try(ctx, s.host.url, func(ctx context.Context, api *sfn.Client) error {
		out, err := api.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: s.machine, Input: &input})
		if err == nil {
			s.acked = append(s.acked, *out.ExecutionArn)
		}
		return err
	})
}

// afterwards kills the server, mends the disk, and checks that everything that was acknowledged comes to its end.
func (s *starter) afterwards(mend func() error) {
	s.t.Helper()
	s.host.kill()
	if err := mend(); err != nil {
		s.t.Fatal(err)
	}
	s.host.start(nowhere, true)
	j := judge{t: s.t, host: s.host}
	ctx, cancel := context.WithTimeout(s.t.Context(), endTimeMax)
	defer cancel()
	for _, arn := range s.acked {
		if end := j.end(ctx, arn); end == nil {
			return
		} else if end.Status != types.ExecutionStatusSucceeded {
			s.t.Errorf("%s ended as %s", *end.Name, end.Status)
		}
	}
	s.t.Logf("%d executions were acknowledged before the disk failed", len(s.acked))
}
