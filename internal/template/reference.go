package template

import "strings"

// kindOf is what has to be known of a resource type to refer to it: where its name stands, what its ARN is made
// like ({R}egion, {A}ccount, {N}ame) and whether Ref gives the ARN.
// Source: CloudFormation template reference, "Return values" of each type.
type kindOf struct {
	nameProperty string
	arn          string
	refIsARN     bool
}

var kinds = map[string]kindOf{
	"AWS::Serverless::Function":          {"FunctionName", "arn:aws:lambda:{R}:{A}:function:{N}", false},
	"AWS::Lambda::Function":              {"FunctionName", "arn:aws:lambda:{R}:{A}:function:{N}", false},
	"AWS::Serverless::StateMachine":      {"Name", "arn:aws:states:{R}:{A}:stateMachine:{N}", true},
	"AWS::StepFunctions::StateMachine":   {"StateMachineName", "arn:aws:states:{R}:{A}:stateMachine:{N}", true},
	"AWS::StepFunctions::Activity":       {"Name", "arn:aws:states:{R}:{A}:activity:{N}", true},
	"AWS::SQS::Queue":                    {"QueueName", "arn:aws:sqs:{R}:{A}:{N}", false},
	"AWS::SNS::Topic":                    {"TopicName", "arn:aws:sns:{R}:{A}:{N}", true},
	"AWS::DynamoDB::Table":               {"TableName", "arn:aws:dynamodb:{R}:{A}:table/{N}", false},
	"AWS::DynamoDB::GlobalTable":         {"TableName", "arn:aws:dynamodb:{R}:{A}:table/{N}", false},
	"AWS::Serverless::SimpleTable":       {"TableName", "arn:aws:dynamodb:{R}:{A}:table/{N}", false},
	"AWS::S3::Bucket":                    {"BucketName", "arn:aws:s3:::{N}", false},
	"AWS::IAM::Role":                     {"RoleName", "arn:aws:iam::{A}:role/{N}", false},
	"AWS::Logs::LogGroup":                {"LogGroupName", "arn:aws:logs:{R}:{A}:log-group:{N}:*", false},
	"AWS::Events::EventBus":              {"Name", "arn:aws:events:{R}:{A}:event-bus/{N}", false},
	"AWS::Events::Connection":            {"Name", "arn:aws:events:{R}:{A}:connection/{N}/00000000-0000-0000-0000-000000000000", false},
	"AWS::Kinesis::Stream":               {"Name", "arn:aws:kinesis:{R}:{A}:stream/{N}", false},
	"AWS::KMS::Key":                      {"", "arn:aws:kms:{R}:{A}:key/{N}", false},
	"AWS::SecretsManager::Secret":        {"Name", "arn:aws:secretsmanager:{R}:{A}:secret:{N}", true},
	"AWS::ECS::Cluster":                  {"ClusterName", "arn:aws:ecs:{R}:{A}:cluster/{N}", false},
	"AWS::ECS::TaskDefinition":           {"Family", "arn:aws:ecs:{R}:{A}:task-definition/{N}:1", true},
	"AWS::Batch::JobQueue":               {"JobQueueName", "arn:aws:batch:{R}:{A}:job-queue/{N}", true},
	"AWS::Batch::JobDefinition":          {"JobDefinitionName", "arn:aws:batch:{R}:{A}:job-definition/{N}:1", true},
	"AWS::CloudFormation::WaitCondition": {"", "arn:aws:cloudformation:{R}:{A}:stack/" + stackName + "/{N}", true},
}

// nameBytesMax is more than any service allows.
const nameBytesMax = 2048

// kindNamed returns how to refer to a resource of a type. Types that are not in the table are spelled after their own name.
func kindNamed(t string) kindOf {
	if k, ok := kinds[t]; ok {
		return k
	}
	_, rest, _ := strings.Cut(t, "::")
	service, thing, _ := strings.Cut(rest, "::")
	return kindOf{"", "arn:aws:" + strings.ToLower(service) + ":{R}:{A}:" + strings.ToLower(thing) + "/{N}", false}
}

// ref evaluates a reference to a parameter or a resource.
func (e *evaluator) ref(v *value, name string) *value {
	if x, ok := e.pseudo(v, name); ok {
		return x
	}
	if x, ok := e.parameter(v, name); ok {
		return x
	}
	if id, version, ok := strings.Cut(name, "."); ok && e.typeOf(id) == "AWS::Serverless::Function" { // Function.Alias, Function.Version
		qualifier := "$LATEST"
		if a := e.root.path("Resources", id, "Properties", "AutoPublishAlias"); version == "Alias" && a != nil {
			qualifier = e.text(a, "AutoPublishAlias")
		}
		return v.at(text, e.arnOf(v, id)+":"+qualifier)
	}
	t := e.typeOf(name)
	switch {
	case t == "":
		return e.fail(v, "%q is neither a parameter nor a resource of this template", name)
	case t == "AWS::SQS::Queue":
		return v.at(text, e.queueURL(v, name))
	case t == "AWS::Lambda::Version" || t == "AWS::Lambda::Alias":
		return v.at(text, e.qualifiedARN(name, t))
	case kindNamed(t).refIsARN:
		return v.at(text, e.arnOf(v, name))
	}
	return v.at(text, e.nameOf(v, name))
}

// getAtt evaluates Fn::GetAtt, whose argument is "Id.Attribute" or ["Id", "Attribute"].
func (e *evaluator) getAtt(v, arg *value) *value {
	if arg.kind == list && len(arg.items) == 2 {
		return e.attribute(v, e.text(arg.items[0], "Fn::GetAtt"), e.text(arg.items[1], "Fn::GetAtt"))
	}
	id, attribute, ok := strings.Cut(e.text(arg, "Fn::GetAtt"), ".")
	if !ok {
		return e.fail(v, "Fn::GetAtt wants a logical id and an attribute: Id.Attribute")
	}
	return e.attribute(v, id, attribute)
}

func (e *evaluator) attribute(v *value, id, attribute string) *value {
	t := e.typeOf(id)
	switch {
	case t == "":
		return e.fail(v, "%q is not a resource of this template", id)
	case attribute == "Arn" || strings.HasSuffix(attribute, "Arn"):
		return v.at(text, e.arnOf(v, id))
	case attribute == "Name" || attribute == kindNamed(t).nameProperty:
		return v.at(text, e.nameOf(v, id))
	case t == "AWS::SQS::Queue" && attribute == "QueueUrl":
		return v.at(text, e.queueURL(v, id))
	}
	return v.at(text, id+"."+attribute)
}

// typeOf returns the type of a resource, "" if there is none.
func (e *evaluator) typeOf(id string) string {
	t := e.root.path("Resources", id, "Type")
	if t == nil {
		return ""
	}
	return t.text
}

// nameOf returns the physical name of a resource: the property that names it, else the logical id.
func (e *evaluator) nameOf(v *value, id string) string {
	if name, ok := e.names[id]; ok {
		return name
	}
	name := id
	t := e.typeOf(id)
	if t == "AWS::S3::Bucket" {
		name = strings.ToLower(id)
	}
	if given := e.root.path("Resources", id, "Properties", kindNamed(t).nameProperty); given != nil {
		key := "name " + id
		if e.resolving[key] {
			e.fail(v, "the name of %s depends on itself", id)
			return id
		}
		e.resolving[key] = true
		if x := e.eval(given); x.scalar() {
			name = x.text
		}
		if len(name) > nameBytesMax {
			e.fail(given, "the name is longer than %d bytes", nameBytesMax)
			name = id
		}
		delete(e.resolving, key)
	}
	e.names[id] = name
	return name
}

func (e *evaluator) arnOf(v *value, id string) string {
	name := e.nameOf(v, id)
	return strings.NewReplacer("{R}", e.opts.Scope.Region, "{A}", e.opts.Scope.Account, "{N}", name).Replace(kindNamed(e.typeOf(id)).arn)
}

func (e *evaluator) queueURL(v *value, id string) string {
	return "https://sqs." + e.opts.Scope.Region + ".amazonaws.com/" + e.opts.Scope.Account + "/" + e.nameOf(v, id)
}

// qualifiedARN returns the ARN of a version or an alias of a function.
func (e *evaluator) qualifiedARN(id, t string) string {
	properties := e.root.path("Resources", id, "Properties")
	function, qualifier := "", "1"
	if f := properties.get("FunctionName"); f != nil {
		function = e.text(f, "FunctionName")
	}
	if n := properties.get("Name"); t == "AWS::Lambda::Alias" && n != nil {
		qualifier = e.text(n, "Name")
	}
	if !strings.HasPrefix(function, "arn:") {
		function = "arn:aws:lambda:" + e.opts.Scope.Region + ":" + e.opts.Scope.Account + ":function:" + function
	}
	return function + ":" + qualifier
}
