package awsmodel

import (
	"slices"
	"strings"
)

// discontinued are services of AWS SDK integrations that AWS has ended, so that no model is kept of them any more.
// Source: the documentation of AWS Step Functions, which names them still or did.
var discontinued = strings.Fields(`apptest codestar elasticinference elastictranscoder evidently honeycode iotanalytics
	iotfleethub lookoutmetrics lookoutvision macie mobile opsworks opsworkscm privatenetworks qldb qldbsession robomaker
	sms worklink`)

// withheld are operations that models have and Step Functions does not offer, by service: beside those that stream
// events, which the models show.
// Source: "Unsupported API actions for supported services" in the documentation of AWS Step Functions.
var withheld = map[string][]string{
	"applicationdiscovery": {"DescribeExportConfigurations", "ExportConfigurations"},
	"codedeploy":           {"BatchGetDeploymentInstances", "GetDeploymentInstance", "ListDeploymentInstances", "SkipWaitTimeForInstanceTermination"},
	"comprehendmedical":    {"DetectEntities"},
	"dataexchange":         {"SendApiAsset"},
	"directconnect":        {"AllocateConnectionOnInterconnect", "DescribeConnectionLoa", "DescribeConnectionsOnInterconnect", "DescribeInterconnectLoa"},
	"efs":                  {"CreateTags"},
	"elastictranscoder":    {"TestRole"},
	"emr":                  {"DescribeJobFlows"},
	"iot":                  {"AttachPrincipalPolicy", "DetachPrincipalPolicy", "ListPolicyPrincipals", "ListPrincipalPolicies"},
	"iotdeviceadvisor":     {"ListTestCases"},
	"lambda":               {"InvokeAsync"},
	"mediapackage":         {"RotateChannelCredentials"},
	"rdsdata":              {"ExecuteSql"},
	"s3control":            {"SelectObjectContent"},
	"securitylake":         {"CreateDatalake", "DeleteDatalake", "GetDatalake", "UpdateDatalake"},
	"shield":               {"DeleteSubscription"},
	"sts":                  {"AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"},
}

// Unsupported says why a Task cannot call an action though its name is known; false if nothing is known against it.
// Services and actions that nobody knows are not its subject: see [Index.Action].
func (x *Index) Unsupported(resource, action string) (reason string, yes bool) {
	_, o, known := x.Action(resource, action)
	switch {
	case x.entries[resource] == nil && slices.Contains(discontinued, resource):
		return "AWS has discontinued the service", true
	case slices.ContainsFunc(withheld[resource], func(name string) bool { return uncapitalized(name) == action }):
		return "AWS Step Functions does not offer the action", true
	case known && o.EventStream():
		return "the action streams events", true
	}
	return "", false
}

// Offers reports whether a Task can call an action of a service. It is true for a service of which there is no model: then
// nobody knows.
func (x *Index) Offers(service, action string) bool {
	if x.entries[service] == nil {
		return true
	}
	if _, no := x.Unsupported(service, action); no {
		return false
	}
	_, _, ok := x.Action(service, action)
	return ok
}

// Takes reports whether an action has a parameter, by the name that a Task gives it. It is true for a service of which
// there is no model.
func (x *Index) Takes(service, action, parameter string) bool {
	s, o, ok := x.Action(service, action)
	switch {
	case !ok:
		return x.entries[service] == nil
	case o.Input == nil:
		return false
	case s.HasCopySource(o.Input) && slices.Contains([]string{CopySource.Bucket, CopySource.Key, CopySource.VersionID}, parameter):
		return true
	}
	return o.Input.Field(parameter) != nil
}
