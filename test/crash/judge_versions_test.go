package crash

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
)

// versions checks that every acknowledged publication is there with its own definition, and the alias where it was
// moved to.
func (j *judge) versions(ctx context.Context) {
	p := j.client.publisher
	p.follow(ctx)
	listed := map[string]int{}
	err := j.host.ask(ctx, func(ctx context.Context, api *sfn.Client) error {
		clear(listed)
		for next := (*string)(nil); ; {
			page, err := api.ListStateMachineVersions(ctx, &sfn.ListStateMachineVersionsInput{
				StateMachineArn: aws.String(versionedARN), MaxResults: 7, NextToken: next,
			})
			if err != nil {
				return err
			}
			for _, v := range page.StateMachineVersions {
				listed[*v.StateMachineVersionArn]++
			}
			if next = page.NextToken; next == nil {
				return nil
			}
		}
	})
	if err != nil {
		j.t.Errorf("list the versions: %v", err)
	}
	j.publications = len(p.versions)
	for version, n := range p.versions {
		if listed[version] != 1 {
			j.t.Errorf("%s was acknowledged; it is listed %d times", version, listed[version])
		}
		var definition string
		err := j.host.ask(ctx, func(ctx context.Context, api *sfn.Client) error {
			out, err := api.DescribeStateMachine(ctx, &sfn.DescribeStateMachineInput{StateMachineArn: &version})
			if err == nil {
				definition = *out.Definition
			}
			return err
		})
		if err != nil || definition != published(n) {
			j.t.Errorf("%s was acknowledged as publication %d; it is %q, %v", version, n, definition, err)
		}
	}
}

// aliased checks that an execution that was started by the alias ran a version that the alias led to at that time.
func (j *judge) aliased(end *sfn.DescribeExecutionOutput) {
	var out struct{ Publication int }
	if err := json.Unmarshal([]byte(aws.ToString(end.Output)), &out); err != nil {
		j.t.Errorf("%s: output %q: %v", *end.Name, aws.ToString(end.Output), err)
		return
	}
	may, version := j.client.spans[*end.ExecutionArn], aws.ToString(end.StateMachineVersionArn)
	if out.Publication < may.from || out.Publication > may.to {
		j.t.Errorf("%s ran publication %d; the alias led to one from %d to %d", *end.Name, out.Publication, may.from, may.to)
	}
	if n, ok := j.client.publisher.versions[version]; !ok || n != out.Publication || aws.ToString(end.StateMachineAliasArn) != aliasARN {
		j.t.Errorf("%s ran publication %d; it says that this was %q by %q", *end.Name, out.Publication, version, aws.ToString(end.StateMachineAliasArn))
	}
}
