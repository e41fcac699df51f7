package clients

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/cogstep/cogstep/test/program"
)

// goClient is the AWS SDK for Go, version 2. Operations and their members are found by name, so that the scenario
// can be written once for all clients.
type goClient struct{ sdk *sfn.Client }

func connectGo(_ *testing.T, url string) client {
	return goClient{sfn.New(sfn.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(url), Retryer: aws.NopRetryer{},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
		APIOptions: []func(*middleware.Stack) error{withoutHostPrefix},
	})}
}

func withoutHostPrefix(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("WithoutHostPrefix",
		func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
			return next.HandleInitialize(smithyhttp.DisableEndpointHostPrefix(ctx, true), in)
		}), middleware.Before)
}

func (c goClient) call(operation string, params object) (object, error) {
	method := reflect.ValueOf(c.sdk).MethodByName(operation)
	if !method.IsValid() {
		return nil, fmt.Errorf("the SDK has no operation %s", operation)
	}
	in := reflect.New(method.Type().In(1).Elem())
	text, err := json.Marshal(params)
	if err == nil {
		err = json.Unmarshal(text, in.Interface()) // encoding/json does not mind the case of names
	}
	if err != nil {
		return nil, err
	}
	results := method.Call([]reflect.Value{reflect.ValueOf(context.Background()), in})
	if err, _ := results[1].Interface().(error); err != nil {
		if api, ok := errors.AsType[interface {
			error
			ErrorCode() string
			ErrorMessage() string
		}](err); ok {
			return nil, &refusal{api.ErrorCode(), api.ErrorMessage()}
		}
		return nil, err
	}
	if text, err = json.Marshal(results[0].Interface()); err != nil {
		return nil, err
	}
	var out any
	err = json.Unmarshal(text, &out)
	answer, _ := asAPI(out).(object)
	return answer, err
}

// asAPI names members as the API does: the SDK's fields begin with capitals, and absent ones are null.
func asAPI(v any) any {
	switch v := v.(type) {
	case object:
		o := object{}
		for name, member := range v {
			if member != nil {
				first := []rune(name)
				first[0] = unicode.ToLower(first[0])
				o[string(first)] = asAPI(member)
			}
		}
		return o
	case []any:
		for i := range v {
			v[i] = asAPI(v[i])
		}
	}
	return v
}

// pythonClient talks to boto3_client.py: a line of JSON for a call, a line for its answer.
type pythonClient struct {
	in  io.Writer
	out *bufio.Reader
}

func connectPython(t *testing.T, url string) client {
	if out, err := exec.Command("python3", "-c", "import boto3").CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: python3 with boto3 is not here (%v %s); `pip install boto3` lets this test run", err, bytes.TrimSpace(out))
	}
	cmd := exec.Command("python3", "boto3_client.py", url)
	cmd.Env = program.Environ(credentials...)
	var log bytes.Buffer
	cmd.Stderr = &log
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close() // ends the loop
		if err := cmd.Wait(); err != nil {
			t.Errorf("boto3_client.py: %v\n%s", err, log.String())
		}
	})
	return pythonClient{in, bufio.NewReader(out)}
}

func (c pythonClient) call(operation string, params object) (object, error) {
	if err := json.NewEncoder(c.in).Encode(object{"operation": operation, "params": params}); err != nil {
		return nil, err
	}
	line, err := c.out.ReadBytes('\n')
	if err != nil {
		return nil, err
	}
	var reply struct {
		Answer object
		Error  *struct{ Code, Message string }
	}
	if err := json.Unmarshal(line, &reply); err != nil {
		return nil, err
	}
	if reply.Error != nil {
		return nil, &refusal{reply.Error.Code, reply.Error.Message}
	}
	return reply.Answer, nil
}

// cliClient is the AWS CLI, one process for each call.
type cliClient struct{ url string }

func connectCLI(t *testing.T, url string) client {
	if out, err := exec.Command("aws", "--version").CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: the AWS CLI is not here (%v %s); `pip install awscli` lets this test run", err, bytes.TrimSpace(out))
	}
	return cliClient{url}
}

var (
	inCamelCase = regexp.MustCompile(`([a-z])([A-Z])`)
	cliRefusal  = regexp.MustCompile(`(?s)An error occurred \((\w+)\) when calling the \w+ operation: (.*)`)
)

func (c cliClient) call(operation string, params object) (object, error) {
	text, err := json.Marshal(params)
	if err != nil {
		return nil, err
	}
	command := strings.ToLower(inCamelCase.ReplaceAllString(operation, "$1-$2"))
	cmd := exec.Command("aws", "stepfunctions", command, "--endpoint-url", c.url,
		"--cli-input-json", string(text), "--no-paginate", "--output", "json")
	cmd.Env = program.Environ(append(credentials, "AWS_PAGER=")...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if m := cliRefusal.FindStringSubmatch(stderr.String()); err != nil && m != nil {
		return nil, &refusal{m[1], strings.TrimSpace(m[2])}
	}
	if err != nil {
		return nil, fmt.Errorf("aws stepfunctions %s: %w\n%s", command, err, stderr.String())
	}
	answer := object{}
	if len(bytes.TrimSpace(out)) > 0 {
		err = json.Unmarshal(out, &answer)
	}
	return answer, err
}
