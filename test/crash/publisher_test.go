package crash

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

const (
	versioned    = "versioned"
	versionedARN = "arn:aws:states:us-east-1:000000000000:stateMachine:" + versioned
	aliasARN     = versionedARN + ":live"
)

// publishPause lets 300 kills stay far below the 1000 versions that a state machine may have.
const publishPause = 200 * time.Millisecond

// published is the definition of the n-th publication. Its executions tell which it was.
func published(n int) string {
	return chain(wait("W"), fmt.Sprintf(`"N":{"Type":"Pass","Parameters":{"publication":%d}`, n))
}

// publisher publishes one version after the other and moves the alias to it. It remembers what it was told.
type publisher struct {
	t    *testing.T
	host *host
	stop chan struct{}
	over chan struct{} // closed when it has stopped

	mu       sync.Mutex
	versions map[string]int // acknowledged publications, by version ARN
	asked    int            // the latest publication that the alias may lead to
	live     int            // the latest that it leads to as far as was acknowledged
	liveARN  string
}

// newPublisher publishes once, to make the alias, and then goes on by itself.
func newPublisher(t *testing.T, h *host) *publisher {
	p := &publisher{t: t, host: h, stop: make(chan struct{}), over: make(chan struct{}), versions: map[string]int{}}
	p.liveARN = p.publish(0)
	err := h.change(t.Context(), "CreateStateMachineAlias", func(ctx context.Context, api *sfn.Client) error {
		_, err := api.CreateStateMachineAlias(ctx, &sfn.CreateStateMachineAliasInput{Name: aws.String("live"), RoutingConfiguration: route(p.liveARN)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.over)
		for n := 1; ; n++ {
			select {
			case <-p.stop:
				return
			case <-time.After(publishPause):
			}
			p.move(n)
		}
	}()
	return p
}

func (p *publisher) finish() {
	close(p.stop)
	<-p.over
}

func route(version string) []types.RoutingConfigurationListItem {
	return []types.RoutingConfigurationListItem{{StateMachineVersionArn: &version, Weight: 100}}
}

func (p *publisher) publish(n int) (version string) {
	err := p.host.change(p.t.Context(), "UpdateStateMachine", func(ctx context.Context, api *sfn.Client) error {
		out, err := api.UpdateStateMachine(ctx, &sfn.UpdateStateMachineInput{
			StateMachineArn: aws.String(versionedARN), Definition: aws.String(published(n)), Publish: true,
		})
		if err == nil {
			version = *out.StateMachineVersionArn
		}
		return err
	})
	if err != nil {
		p.t.Errorf("publication %d: %v", n, err)
		return ""
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if other, ok := p.versions[version]; ok {
		p.t.Errorf("publication %d became %s, as did publication %d", n, version, other)
	}
	p.versions[version] = n
	return version
}

// move publishes and moves the alias, after a look at whether it leads where it was moved to the last time.
func (p *publisher) move(n int) {
	p.follow(p.t.Context())
	version := p.publish(n)
	if version == "" {
		return
	}
	p.mu.Lock()
	p.asked = n
	p.mu.Unlock()
	err := p.host.change(p.t.Context(), "UpdateStateMachineAlias", func(ctx context.Context, api *sfn.Client) error {
		_, err := api.UpdateStateMachineAlias(ctx, &sfn.UpdateStateMachineAliasInput{
			StateMachineAliasArn: aws.String(aliasARN), RoutingConfiguration: route(version),
		})
		return err
	})
	if err != nil {
		p.t.Errorf("move the alias to publication %d: %v", n, err)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.live, p.liveARN = n, version
}

// follow checks that the alias leads to where it was moved.
func (p *publisher) follow(ctx context.Context) {
	err := p.host.ask(ctx, func(ctx context.Context, api *sfn.Client) error {
		out, err := api.DescribeStateMachineAlias(ctx, &sfn.DescribeStateMachineAliasInput{StateMachineAliasArn: aws.String(aliasARN)})
		if err != nil {
			return err
		}
		if r := out.RoutingConfiguration; len(r) != 1 || *r[0].StateMachineVersionArn != p.liveARN || r[0].Weight != 100 {
			p.t.Errorf("the alias was moved to %s; it leads to %v", p.liveARN, r)
		}
		return nil
	})
	if err != nil {
		p.t.Errorf("the alias: %v", err)
	}
}

// span is what publications an execution that was started by the alias may be of.
type span struct{ from, to int }

// reach returns the latest publication that the alias surely leads to, and the latest that it may lead to.
func (p *publisher) reach() span {
	p.mu.Lock()
	defer p.mu.Unlock()
	return span{p.live, p.asked}
}
