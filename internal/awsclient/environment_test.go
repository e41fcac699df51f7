package awsclient

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/cogstep/cogstep/internal/awsmodel"
)

// configFile has a profile with an endpoint of its own, and a section of endpoints by services.
const configFile = `[profile plain]
region = eu-west-1

[profile local]
region = eu-central-1
endpoint_url = http://profile
services = mine

[services mine]
sqs =
  endpoint_url = http://section-sqs
dynamodb =
  endpoint_url = http://section-dynamodb
cloudwatch_logs =
  endpoint_url = http://section-logs
`

// Where endpoints are said, and what goes before what. Source: "Service-specific endpoints" in the reference guide of AWS
// SDKs and tools; the names of Step Functions Local: its documentation.
func TestEndpointsOfTheEnvironment(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(file, []byte(configFile), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, env string // variables, separated by spaces
		service   string // in resources
		want      string
	}{
		{"nothing is said", "", "sqs", ""},
		{"for all", "AWS_ENDPOINT_URL=http://all", "sqs", "http://all"},
		{"for one", "AWS_ENDPOINT_URL=http://all AWS_ENDPOINT_URL_SQS=http://one", "sqs", "http://one"},
		{"for another", "AWS_ENDPOINT_URL=http://all AWS_ENDPOINT_URL_SQS=http://one", "sns", "http://all"},
		{"for one whose id has a space", "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS=http://one", "cloudwatchlogs", "http://one"},
		{"by the service's id", "AWS_ENDPOINT_URL_SFN=http://one", "sfn", "http://one"},
		{"a profile", "AWS_PROFILE=local", "sns", "http://profile"},
		{"a profile's section", "AWS_PROFILE=local", "sqs", "http://section-sqs"},
		{"a profile's section, an id with a space", "AWS_PROFILE=local", "cloudwatchlogs", "http://section-logs"},
		{"a profile without", "AWS_PROFILE=plain", "sqs", ""},
		{"variables go before profiles", "AWS_PROFILE=local AWS_ENDPOINT_URL_SQS=http://one", "sqs", "http://one"},
		{"the variable for all goes before the profile's section", "AWS_PROFILE=local AWS_ENDPOINT_URL=http://all", "sqs", "http://all"},
		{"ignored", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true AWS_ENDPOINT_URL=http://all AWS_ENDPOINT_URL_SQS=http://one", "sqs", ""},
		{"not ignored", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=false AWS_ENDPOINT_URL=http://all", "sqs", "http://all"},
		{"Step Functions Local", "SQS_ENDPOINT=http://local", "sqs", "http://local"},
		{"Step Functions Local, a name of its own", "DYNAMO_DB_ENDPOINT=http://local", "dynamodb", "http://local"},
		{"Step Functions Local, SageMaker", "SAGE_MAKER_ENDPOINT=http://local", "sagemaker", "http://local"},
		{"Step Functions Local goes before all", "SQS_ENDPOINT=http://local AWS_ENDPOINT_URL_SQS=http://one", "sqs", "http://local"},
		{"Step Functions Local is not ignored", "SQS_ENDPOINT=http://local AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true", "sqs", "http://local"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cleanEnvironment(t)
			t.Setenv("AWS_CONFIG_FILE", file)
			for pair := range strings.FieldsSeq(c.env) {
				name, value, _ := strings.Cut(pair, "=")
				t.Setenv(name, value)
			}
			e, err := LoadEnvironment(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			s, ok := awsmodel.Builtin().Find(c.service)
			if !ok {
				t.Fatalf("there is no model of %s", c.service)
			}
			if got := e.Endpoints(s); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// cleanEnvironment takes away what the test's own surroundings say.
func cleanEnvironment(t *testing.T) {
	t.Helper()
	for _, pair := range os.Environ() {
		if name, _, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "AWS_") || strings.HasSuffix(name, "_ENDPOINT") {
			t.Setenv(name, "")
			_ = os.Unsetenv(name)
		}
	}
	nothing := filepath.Join(t.TempDir(), "nothing")
	t.Setenv("AWS_CONFIG_FILE", nothing)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", nothing)
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
}

func TestRegionAndCredentialsOfTheEnvironment(t *testing.T) {
	cleanEnvironment(t)
	e, err := LoadEnvironment(t.Context())
	if err != nil || e.Region != "" {
		t.Errorf("region %q, %v", e.Region, err)
	}
	if got, err := e.Credentials.Retrieve(t.Context()); err == nil {
		t.Errorf("there are no credentials, and %v was found", got.AccessKeyID)
	}
	t.Setenv("AWS_REGION", "eu-central-1")
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	if e, err = LoadEnvironment(t.Context()); err != nil || e.Region != "eu-central-1" {
		t.Errorf("region %q, %v", e.Region, err)
	}
	if got, err := e.Credentials.Retrieve(t.Context()); err != nil || got.AccessKeyID != "key" {
		t.Errorf("%v %v", got.AccessKeyID, err)
	}
}

// A search that has found nothing is not repeated for a while; one whose caller went away says nothing.
func TestASearchInVainIsNotRepeated(t *testing.T) {
	asked := 0
	var answer error
	p := &patient{from: aws.CredentialsProviderFunc(func(ctx context.Context) (aws.Credentials, error) {
		asked++
		if ctx.Err() != nil {
			return aws.Credentials{}, ctx.Err()
		}
		return aws.Credentials{AccessKeyID: "key"}, answer
	})}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	answer = errors.New("nothing")
	for i, c := range []struct {
		ctx   context.Context
		asked int
	}{{gone, 1}, {t.Context(), 2}, {t.Context(), 2}, {t.Context(), 2}} {
		if _, err := p.Retrieve(c.ctx); err == nil || asked != c.asked {
			t.Errorf("%d: %v, asked %d times, want %d", i, err, asked, c.asked)
		}
	}
	p.until, answer = time.Time{}, nil
	if got, err := p.Retrieve(t.Context()); err != nil || got.AccessKeyID != "key" || asked != 3 {
		t.Errorf("after a while: %v %v, asked %d times", got, err, asked)
	}
	if _, err := (&patient{}).Retrieve(t.Context()); err == nil {
		t.Error("nobody to ask")
	}
}
