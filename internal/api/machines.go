package api

import (
	"context"
	"errors"
	"slices"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/catalog"
	"github.com/cogstep/cogstep/query"
)

func machineType(express bool) string {
	if express {
		return "EXPRESS"
	}
	return "STANDARD"
}

func (a *API) createStateMachine(ctx context.Context, in input) (Reply, error) {
	name, express := in.text("name"), in.text("type") == "EXPRESS"
	if err := checkName(name); err != nil {
		return nil, err
	}
	publish, err := publishing(in)
	if err != nil {
		return nil, err
	}
	if err := checkRole(in.text("roleArn")); err != nil {
		return nil, err
	}
	if err := a.compiles(in.text("definition"), express); err != nil {
		return nil, err
	}
	config, err := configurations(in)
	if err != nil {
		return nil, err
	}
	m, err := a.Catalog.CreateMachine(ctx, catalog.CreateMachine{
		Name: name, Express: express, RoleARN: in.text("roleArn"), Definition: in.text("definition"),
		Logging: deref(config.Logging), Tracing: deref(config.Tracing), Encryption: deref(config.Encryption),
		Tags: tags(in), Publishing: publish,
	})
	if err != nil {
		return nil, machineError(err, a.Scope.StateMachine(name))
	}
	var o object
	o.text("stateMachineArn", a.Scope.StateMachine(m.Name))
	o.time("creationDate", m.CreatedAt)
	if publish.Publish {
		o.text("stateMachineVersionArn", a.versionARN(m.Name, m.Published))
	}
	return o.Build(), nil
}

func (a *API) updateStateMachine(ctx context.Context, in input) (Reply, error) {
	name, err := a.machineName(in.text("stateMachineArn"))
	if err != nil {
		return nil, err
	}
	old, err := a.Catalog.MachineByName(name)
	if err != nil {
		return nil, machineError(err, in.text("stateMachineArn"))
	}
	publish, err := publishing(in)
	if err != nil {
		return nil, err
	}
	change, err := configurations(in)
	if err != nil {
		return nil, err
	}
	if in.has("definition") {
		if err := a.compiles(in.text("definition"), old.Express); err != nil {
			return nil, err
		}
		change.Definition = ref(in.text("definition"))
	}
	if in.has("roleArn") {
		if err := checkRole(in.text("roleArn")); err != nil {
			return nil, err
		}
		change.RoleARN = ref(in.text("roleArn"))
	}
	if change == (catalog.UpdateMachine{}) {
		return nil, fail("MissingRequiredParameter", "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified")
	}
	change.Publishing = publish
	m, err := a.Catalog.UpdateMachine(ctx, name, change)
	if err != nil {
		return nil, machineError(err, in.text("stateMachineArn"))
	}
	var o object
	o.time("updateDate", m.UpdatedAt)
	o.text("revisionId", m.RevisionID)
	if publish.Publish {
		o.text("stateMachineVersionArn", a.versionARN(m.Name, m.Published))
	}
	return o.Build(), nil
}

func (a *API) describeStateMachine(ctx context.Context, in input) (Reply, error) {
	given := in.text("stateMachineArn")
	if label := labelOf(given); label != "" {
		return a.describeLabelled(ctx, given, label)
	}
	name, qualifier, err := a.qualified(given)
	if err != nil {
		return nil, err
	}
	m, err := a.Catalog.MachineByName(name)
	if err != nil {
		return nil, machineError(err, given)
	}
	revision, created := m.Revision, m.CreatedAt
	var o object
	if qualifier != "" {
		number, _ := catalog.VersionNumber(qualifier)
		v, err := a.Catalog.Version(name, number)
		if err != nil {
			return nil, machineError(err, given)
		}
		revision, created = v.Revision, v.CreatedAt
		o.text("description", v.Description)
	}
	o.text("stateMachineArn", a.qualifiedARN(name, qualifier))
	o.text("name", m.Name)
	o.text("status", machineStatus(m))
	if err := a.describeRevision(ctx, &o, revision, in.text("includedData") == "METADATA_ONLY"); err != nil {
		return nil, err
	}
	o.text("type", machineType(m.Express))
	o.time("creationDate", created)
	return o.Build(), nil
}

// describeRevision writes what there is to say of a revision but its date.
func (a *API) describeRevision(ctx context.Context, o *object, r catalog.Revision, metadataOnly bool) error {
	o.text("roleArn", r.RoleARN)
	o.text("revisionId", r.RevisionID)
	o.document("loggingConfiguration", or(r.Logging, noLogging))
	o.document("tracingConfiguration", or(r.Tracing, noTracing))
	o.document("encryptionConfiguration", or(r.Encryption, ownedKey))
	if metadataOnly {
		o.text("definition", "{}")
		return nil
	}
	return a.describeDefinition(ctx, o, r.Definition)
}

// describeDefinition writes the definition and which variables its states read.
func (a *API) describeDefinition(ctx context.Context, o *object, key string) error {
	text, err := a.Catalog.Definition(ctx, key)
	if err != nil {
		return err
	}
	m, err := a.Catalog.Machine(ctx, key)
	if err != nil {
		return err
	}
	o.text("definition", text)
	var refs object
	for name, variables := range m.VariableReferences {
		var names []query.Value
		for _, v := range variables {
			names = append(names, query.StringValue(v))
		}
		refs.values(string(name), names)
	}
	if len(m.VariableReferences) > 0 {
		o.Set("variableReferences", refs.Build())
	}
	return nil
}

func machineStatus(m catalog.Machine) string {
	if m.Deleting {
		return "DELETING"
	}
	return "ACTIVE"
}

func (a *API) describeStateMachineForExecution(ctx context.Context, in input) (Reply, error) {
	given := in.text("executionArn")
	h, err := a.header(ctx, given)
	if err != nil {
		return nil, err
	}
	revision, err := a.Catalog.Revision(ctx, h.Definition)
	if err != nil {
		return nil, err
	}
	revision.Definition = h.Definition // of a child of a map run: a part of the revision's
	var o object
	o.text("stateMachineArn", h.StateMachineARN)
	o.text("name", h.MachineName)
	if err := a.describeRevision(ctx, &o, revision, in.text("includedData") == "METADATA_ONLY"); err != nil {
		return nil, err
	}
	o.time("updateDate", revision.RevisedAt)
	o.text("mapRunArn", h.MapRunARN)
	o.text("label", labelOf(h.StateMachineARN))
	return o.Build(), nil
}

func (a *API) listStateMachines(_ context.Context, in input) (Reply, error) {
	after, err := a.openPage(in)
	if err != nil {
		return nil, err
	}
	machines, next := a.Catalog.ListMachines(after, in.limit())
	var items []query.Value
	for _, m := range machines {
		var o object
		o.text("stateMachineArn", a.Scope.StateMachine(m.Name))
		o.text("name", m.Name)
		o.text("type", machineType(m.Express))
		o.time("creationDate", m.CreatedAt)
		items = append(items, o.Build())
	}
	var o object
	o.values("stateMachines", items)
	o.text("nextToken", a.sealPage(in, next))
	return o.Build(), nil
}

// deleteStateMachine stops the machine's executions and takes it away. It succeeds for a machine that does not exist.
func (a *API) deleteStateMachine(ctx context.Context, in input) (Reply, error) {
	name, err := a.machineName(in.text("stateMachineArn"))
	if e, ok := errors.AsType[*Error](err); ok && e.Code == "StateMachineDoesNotExist" {
		return empty()
	}
	if err != nil {
		return nil, err
	}
	ok, err := a.Catalog.MarkDeleting(ctx, name)
	if err != nil || !ok {
		return reply(err)
	}
	return reply(a.FinishDelete(ctx, name))
}

// FinishDelete ends the executions of a state machine that is marked as being deleted, and removes it.
func (a *API) FinishDelete(ctx context.Context, name string) error {
	if err := a.Engine.StopAll(ctx, a.Scope.StateMachine(name)); err != nil {
		return err
	}
	return a.Catalog.RemoveMachine(ctx, name)
}

func reply(err error) (Reply, error) {
	if err != nil {
		return nil, err
	}
	return empty()
}

func (a *API) validateStateMachineDefinition(_ context.Context, in input) (Reply, error) {
	limit := in.limit()
	if limit > 100 {
		return nil, fail("ValidationException", "1 validation error detected: Value '%d' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 100", limit)
	}
	machine, diagnostics := asl.Compile(in.text("definition"), asl.Options{Express: in.text("type") == "EXPRESS", Services: a.Models})
	if in.text("severity") != "WARNING" {
		diagnostics = slices.DeleteFunc(diagnostics, func(d asl.Diagnostic) bool { return d.Severity != asl.SeverityError })
	}
	truncated := len(diagnostics) > limit
	items := []query.Value{}
	for _, d := range diagnostics[:min(limit, len(diagnostics))] {
		var o object
		o.text("severity", string(d.Severity))
		o.text("code", string(d.Code))
		o.text("message", d.Message)
		o.text("location", d.Location)
		items = append(items, o.Build())
	}
	result := "OK"
	if machine == nil {
		result = "FAIL"
	}
	var o object
	o.text("result", result)
	o.values("diagnostics", items)
	o.flag("truncated", truncated)
	return o.Build(), nil
}

func (a *API) compiles(definition string, express bool) error {
	if m, diagnostics := asl.Compile(definition, asl.Options{Express: express, Services: a.Models}); m == nil {
		return fail("InvalidDefinition", "%s", diagnostics.InvalidDefinition())
	}
	return nil
}

func ref(s string) *string { return &s }

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
