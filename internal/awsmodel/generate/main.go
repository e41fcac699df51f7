// Command generate makes shapes.json: the shapes of results of some AWS services, from botocore's models.
//
//	go run ./internal/awsmodel/generate -data BOTOCORE/data -version 1.43.11 > internal/awsmodel/shapes.json
package main

import (
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// services are the models that are kept: by the name in aws-sdk resources, botocore's directory, and the operations,
// separated by spaces; "" keeps all.
var services = []struct{ name, directory, operations string }{
	{"athena", "athena", "StartQueryExecution StopQueryExecution GetQueryExecution GetQueryResults"},
	{"batch", "batch", "SubmitJob DescribeJobs TerminateJob CancelJob ListJobs"},
	{"bedrock", "bedrock", "CreateModelCustomizationJob"},
	{"bedrockruntime", "bedrock-runtime", "InvokeModel Converse"},
	{"codebuild", "codebuild", "StartBuild StopBuild BatchDeleteBuilds BatchGetBuilds BatchGetReports StartBuildBatch StopBuildBatch RetryBuildBatch DeleteBuildBatch"},
	{"databrew", "databrew", "StartJobRun DescribeJobRun"},
	{"dynamodb", "dynamodb", ""},
	{"ecs", "ecs", "RunTask DescribeTasks StopTask ListTasks"},
	{"eks", "eks", "CreateCluster DeleteCluster DescribeCluster CreateNodegroup DeleteNodegroup CreateFargateProfile DeleteFargateProfile"},
	{"emr", "emr", "SetTerminationProtection DescribeCluster DescribeStep"},
	{"emrcontainers", "emr-containers", "CreateVirtualCluster DeleteVirtualCluster StartJobRun"},
	{"emrserverless", "emr-serverless", "CreateApplication StartApplication StopApplication DeleteApplication StartJobRun CancelJobRun"},
	{"eventbridge", "events", ""},
	{"glue", "glue", "StartJobRun GetJobRun StartCrawler GetCrawler"},
	{"kms", "kms", ""},
	{"lambda", "lambda", ""},
	{"mediaconvert", "mediaconvert", "CreateJob GetJob"},
	{"s3", "s3", "GetObject PutObject DeleteObject DeleteObjects CopyObject HeadObject ListObjects ListObjectsV2 ListBuckets CreateBucket DeleteBucket GetObjectTagging PutObjectTagging"},
	{"sagemaker", "sagemaker", "CreateEndpoint CreateEndpointConfig CreateModel UpdateEndpoint " +
		"CreateHyperParameterTuningJob CreateLabelingJob CreateProcessingJob CreateTrainingJob CreateTransformJob " +
		"DescribeHyperParameterTuningJob DescribeLabelingJob DescribeProcessingJob DescribeTrainingJob DescribeTransformJob"},
	{"secretsmanager", "secretsmanager", ""},
	{"ses", "ses", "SendEmail SendRawEmail SendTemplatedEmail"},
	{"sesv2", "sesv2", "SendEmail"},
	{"sfn", "stepfunctions", ""},
	{"sns", "sns", ""},
	{"sqs", "sqs", ""},
	{"ssm", "ssm", "GetParameter GetParameters GetParametersByPath PutParameter DeleteParameter SendCommand GetCommandInvocation"},
	{"sts", "sts", ""},
}

// maxima hold where the service is known to check against an older bound than the model's.
// Source: recorded.
var maxima = map[string]float64{"lambda MemorySize": 10240}

// model is what is read of a botocore model.
type model struct {
	Operations map[string]struct {
		Output *struct{ Shape string }
	}
	Shapes map[string]struct {
		Type     string
		Members  map[string]struct{ Shape string }
		Required []string
		Member   struct{ Shape string }
		Value    struct{ Shape string }
		Enum     []string
		Min, Max *float64
	}
}

// service and shape are what is written.
type service struct {
	Results map[string]string
	Shapes  map[string]shape
}

type shape struct {
	Type     string            `json:"t"`
	Members  map[string]string `json:"m,omitempty"`
	Required []string          `json:"r,omitempty"`
	Element  string            `json:"e,omitempty"`
	Enum     []string          `json:"v,omitempty"`
	Min      *float64          `json:"min,omitempty"`
	Max      *float64          `json:"max,omitempty"`
}

// types says how botocore's types are written in a result.
var types = map[string]string{
	"structure": "structure", "map": "map", "list": "list", "boolean": "boolean",
	"string": "string", "character": "string", "blob": "string", "timestamp": "string",
	"integer": "number", "long": "number", "float": "number", "double": "number", "bigdecimal": "number", "biginteger": "number",
}

func main() {
	data := flag.String("data", "", "botocore's data directory")
	version := flag.String("version", "", "botocore's version")
	flag.Parse()
	if err := generate(os.Stdout, *data, *version); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func generate(w io.Writer, data, version string) error {
	if data == "" || version == "" {
		return fmt.Errorf("both -data and -version are needed")
	}
	all := map[string]service{}
	for _, s := range services {
		m, err := read(filepath.Join(data, s.directory))
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		out, err := trim(m, s.name, strings.Fields(s.operations))
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		all[s.name] = out
	}
	// A line for each service, so that a change shows where it is.
	origin, _ := json.Marshal(fmt.Sprintf("Derived from the service models of botocore %s (https://github.com/boto/botocore). "+
		"Copyright Amazon.com, Inc. or its affiliates. Licensed under the Apache License 2.0. Shapes of results only, documentation removed.", version))
	fmt.Fprintf(w, "{\"Origin\": %s,\n\"Services\": {", origin)
	for i, s := range services {
		line, err := json.Marshal(all[s.name])
		if err != nil {
			return err
		}
		if i > 0 {
			fmt.Fprint(w, ",")
		}
		fmt.Fprintf(w, "\n%q: %s", s.name, line)
	}
	_, err := fmt.Fprint(w, "\n}}\n")
	return err
}

// read returns the newest model in a service's directory.
func read(directory string) (m model, err error) {
	found, err := filepath.Glob(filepath.Join(directory, "*", "service-2.json*"))
	if err != nil || len(found) == 0 {
		return m, fmt.Errorf("no model in %s", directory)
	}
	slices.Sort(found)
	name := found[len(found)-1]
	f, err := os.Open(name)
	if err != nil {
		return m, err
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(name, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			return m, err
		}
	}
	return m, json.NewDecoder(r).Decode(&m)
}

// trim keeps the shapes that results of the operations are made of.
func trim(m model, of string, operations []string) (service, error) {
	out := service{Results: map[string]string{}, Shapes: map[string]shape{}}
	if len(operations) == 0 {
		for name := range m.Operations {
			operations = append(operations, name)
		}
	}
	var keep func(name string)
	keep = func(name string) {
		if _, ok := out.Shapes[name]; ok || name == "" {
			return
		}
		in := m.Shapes[name]
		s := shape{Type: types[in.Type], Required: in.Required, Enum: in.Enum, Element: in.Member.Shape + in.Value.Shape, Min: in.Min, Max: in.Max}
		if s.Type == "" {
			s.Type = "any"
		}
		if bound, ok := maxima[of+" "+name]; ok {
			s.Max = &bound
		}
		if in.Type == "timestamp" {
			s.Min, s.Max = nil, nil
		}
		if len(in.Members) > 0 {
			s.Members = map[string]string{}
		}
		out.Shapes[name] = s
		for member, ref := range in.Members {
			s.Members[member] = ref.Shape
			keep(ref.Shape)
		}
		keep(s.Element)
	}
	for _, name := range operations {
		op, ok := m.Operations[name]
		if !ok {
			return out, fmt.Errorf("no operation %s", name)
		}
		if op.Output != nil {
			out.Results[action(name)] = op.Output.Shape
			keep(op.Output.Shape)
		}
	}
	return out, nil
}

// action is the name of an operation in a Task's resource: its first word begins with a small letter.
func action(operation string) string {
	run := 0
	for run < len(operation) && operation[run] >= 'A' && operation[run] <= 'Z' {
		run++
	}
	if run > 1 && run < len(operation) && operation[run] >= 'a' && operation[run] <= 'z' {
		run--
	}
	return strings.ToLower(operation[:run]) + operation[run:]
}
