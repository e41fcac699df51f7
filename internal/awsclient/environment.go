package awsclient

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/cogstep/cogstep/internal/awsmodel"
)

// Endpoints finds the endpoint that somebody has given for a service; "" is AWS's own. nil gives none.
type Endpoints func(s *awsmodel.Service) string

// Environment is what the process's surroundings say about calls of AWS: environment variables and the shared
// configuration files, as all AWS SDKs read them.
type Environment struct {
	Region      string // "": none is set
	Credentials aws.CredentialsProvider
	Endpoints   Endpoints
}

// localNames are the variables by which Step Functions Local is told endpoints, by the services' folders.
var localNames = map[string]string{
	"batch": "BATCH_ENDPOINT", "dynamodb": "DYNAMO_DB_ENDPOINT", "ecs": "ECS_ENDPOINT", "glue": "GLUE_ENDPOINT",
	"sagemaker": "SAGE_MAKER_ENDPOINT", "sns": "SNS_ENDPOINT", "sqs": "SQS_ENDPOINT", "lambda": "LAMBDA_ENDPOINT",
	"athena": "ATHENA_ENDPOINT", "events": "EVENTS_ENDPOINT", "eks": "EKS_ENDPOINT", "emr": "EMR_ENDPOINT", "databrew": "DATABREW_ENDPOINT",
	"codebuild": "CODEBUILD_ENDPOINT",
}

// LoadEnvironment reads the environment: region, the usual chain of credentials (variables, profiles with SSO and roles,
// web identity, containers, instances), AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_<SERVICE>, endpoint_url and the services
// section of the profile, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS, and the variables of Step Functions Local. Credentials are
// looked for when they are first needed.
func LoadEnvironment(ctx context.Context) (*Environment, error) {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("AWS configuration: %w", err)
	}
	e := &Environment{Region: cfg.Region, Credentials: &patient{from: cfg.Credentials}}
	ignored := strings.EqualFold(os.Getenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"), "true")
	e.Endpoints = func(s *awsmodel.Service) string {
		if name, ok := localNames[s.Folder]; ok && os.Getenv(name) != "" {
			return os.Getenv(name)
		}
		if ignored {
			return ""
		}
		for _, source := range cfg.ConfigSources {
			if _, isFile := source.(config.SharedConfig); isFile && os.Getenv("AWS_ENDPOINT_URL") != "" {
				break // variables go before files; the SDK for Go does not see to that
			}
			if from, ok := source.(interface {
				GetServiceBaseEndpoint(context.Context, string) (string, bool, error)
			}); ok {
				if url, found, err := from.GetServiceBaseEndpoint(ctx, s.ID); err == nil && found {
					return url
				}
			}
		}
		return aws.ToString(cfg.BaseEndpoint)
	}
	return e, nil
}

// Looking for credentials may ask instances' metadata services, which do not exist elsewhere: each call would wait for
// that. So a search that found nothing is not repeated for a while.
const (
	searchTimeMax = 5 * time.Second
	searchAgain   = 30 * time.Second
)

// patient remembers for a while that there are no credentials.
type patient struct {
	from aws.CredentialsProvider

	mu    sync.Mutex
	until time.Time
	err   error
}

// Retrieve implements aws.CredentialsProvider.
func (p *patient) Retrieve(ctx context.Context) (aws.Credentials, error) {
	if p.from == nil {
		return aws.Credentials{}, errNoCredentials
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err != nil && time.Now().Before(p.until) {
		return aws.Credentials{}, p.err
	}
	ctx, cancel := context.WithTimeout(ctx, searchTimeMax)
	defer cancel()
	found, err := p.from.Retrieve(ctx)
	p.err = nil
	if err != nil && context.Cause(ctx) == nil || err != nil && ctx.Err() == context.DeadlineExceeded {
		p.err, p.until = errNoCredentials, time.Now().Add(searchAgain)
		return found, errNoCredentials
	}
	return found, err
}
