package asl_test

import (
	"errors"
	"testing"

	"github.com/cogstep/cogstep/asl"
)

func TestParseResource(t *testing.T) {
	for arn, want := range map[string]asl.Resource{
		"arn:aws:lambda:us-east-1:123456789012:function:f":              {Kind: asl.Function, Service: "lambda", Action: "f"},
		"arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST":      {Kind: asl.Function, Service: "lambda", Action: "f:$LATEST"},
		"arn:aws-cn:lambda:cn-north-1:123456789012:function:f-1_a:live": {Kind: asl.Function, Service: "lambda", Action: "f-1_a:live"},
		"arn:aws:states:us-east-1:123456789012:activity:a b":            {Kind: asl.Activity, Service: "states", Action: "a b"},
		"arn:aws:states:::sqs:sendMessage":                              {Service: "sqs", Action: "sendMessage"},
		"arn:aws:states:::sqs:sendMessage.waitForTaskToken":             {Service: "sqs", Action: "sendMessage", Pattern: asl.WaitForTaskToken},
		"arn:aws:states:::batch:submitJob.sync":                         {Service: "batch", Action: "submitJob", Pattern: asl.Sync},
		"arn:aws:states:::states:startExecution.sync:2":                 {Service: "states", Action: "startExecution", Pattern: asl.Sync2},
		"arn:aws-us-gov:states:::aws-sdk:dynamodb:putItem":              {Service: "aws-sdk:dynamodb", Action: "putItem"},
		"arn:aws:states:::aws-sdk:sfn:startExecution.waitForTaskToken":  {Service: "aws-sdk:sfn", Action: "startExecution", Pattern: asl.WaitForTaskToken},
		"arn:aws:states:us-east-1:123456789012:aws-sdk:s3:getObject":    {Service: "aws-sdk:s3", Action: "getObject"},
		"arn:aws:states:::emr-serverless:startJobRun.sync":              {Service: "emr-serverless", Action: "startJobRun", Pattern: asl.Sync},
	} {
		want.ARN = arn
		if got, err := asl.ParseResource(arn); got != want || err != nil {
			t.Errorf("%s is %+v, %v", arn, got, err)
		}
	}
}

func TestParseResourceRefusesWhatNoTaskCanCall(t *testing.T) {
	for _, arn := range []string{
		"arn:aws:states:::states:startExecution.sync:3",
		"arn:aws:states:::states:startExecution.sync.sync",
		"arn:aws:states:::dynamodb:getItem.waitForTaskToken",
		"arn:aws:states:::batch:submitJob.sync:2",
		"arn:aws:states:::sqs:SendMessage",
		"arn:aws:states:::aws-sdk:s3",
		"arn:aws:states:::aws-sdk:s3:GetObject",
		"arn:aws:lambda:us-east-1:123456789012:function:",
		"arn:aws:states:us-east-1:123456789012:stateMachine:m",
		"arn:aws:swf:us-east-1:123456789012:task:x",
	} {
		r, err := asl.ParseResource(arn)
		var unknown *asl.UnknownResourceError
		if !errors.As(err, &unknown) && !errors.Is(err, asl.ErrNotARN) {
			t.Errorf("%s is %+v, %v", arn, r, err)
		}
	}
	if _, err := asl.ParseResource("f"); !errors.Is(err, asl.ErrNotARN) {
		t.Errorf("error is %v", err)
	}
}
