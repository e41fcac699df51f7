package api

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/cogstep/cogstep/internal/catalog"
	"github.com/cogstep/cogstep/query"
)

// versionARN returns the ARN of a version, "" for number 0: there is none.
func (a *API) versionARN(machine string, number int) string {
	if number == 0 {
		return ""
	}
	return a.qualifiedARN(machine, strconv.Itoa(number))
}

// resolve finds the state machine that an ARN means, at the revision that its qualifier means, and the ARNs of the
// version and the alias that an execution of it goes by.
func (a *API) resolve(given string) (m catalog.Machine, version, alias string, err error) {
	name, qualifier, err := a.qualified(given)
	if err != nil {
		return m, "", "", err
	}
	m, number, err := a.Catalog.Resolve(name, qualifier, a.Draw)
	if err != nil {
		return m, "", "", machineError(err, given)
	}
	version = a.versionARN(name, number)
	if of := a.qualifiedARN(name, qualifier); qualifier != "" && of != version {
		alias = of
	}
	return m, version, alias, nil
}

// publishing reads what CreateStateMachine and UpdateStateMachine say about a version.
func publishing(in input) (catalog.Publishing, error) {
	p := catalog.Publishing{Publish: in.flag("publish"), VersionDescription: in.text("versionDescription")}
	if !p.Publish && p.VersionDescription != "" {
		return p, fail("ValidationException", "Version description can only be set when publish is true")
	}
	return p, nil
}

func (a *API) publishStateMachineVersion(ctx context.Context, in input) (Reply, error) {
	given := in.text("stateMachineArn")
	name, err := a.machineName(given)
	if err != nil {
		return nil, err
	}
	v, err := a.Catalog.PublishVersion(ctx, name, in.text("revisionId"), in.text("description"))
	if other, ok := errors.AsType[*catalog.OtherRevisionError](err); ok {
		return nil, fail("ConflictException", "Failed to publish the State Machine version for revision %s. The current State Machine revision is %s.", other.Given, other.Current)
	}
	if err != nil {
		return nil, machineError(err, given)
	}
	return a.versionItem(v), nil
}

func (a *API) versionItem(v catalog.Version) query.Value {
	var o object
	o.text("stateMachineVersionArn", a.versionARN(v.Machine, v.Number))
	o.time("creationDate", v.CreatedAt)
	return o.Build()
}

// listStateMachineVersions answers an empty list for a state machine that does not exist: the operation has no error
// for it.
func (a *API) listStateMachineVersions(_ context.Context, in input) (Reply, error) {
	name, qualifier, err := a.qualified(in.text("stateMachineArn"))
	if e, ok := errors.AsType[*Error](err); ok && e.Code != "StateMachineDoesNotExist" {
		return nil, err
	}
	if qualifier != "" {
		return nil, fail("ValidationException", "The ARN of a state machine without a qualifier is needed. Received: %s", in.text("stateMachineArn"))
	}
	cursor, err := a.openPage(in)
	if err != nil {
		return nil, err
	}
	below := 0
	if cursor != "" {
		if below, err = strconv.Atoi(cursor); err != nil {
			return nil, invalidToken()
		}
	}
	versions, next := a.Catalog.ListVersions(name, below, in.limit())
	items := []query.Value{}
	for _, v := range versions {
		items = append(items, a.versionItem(v))
	}
	var o object
	o.values("stateMachineVersions", items)
	if next > 0 {
		o.text("nextToken", a.sealPage(in, strconv.Itoa(next)))
	}
	return o.Build(), nil
}

// deleteStateMachineVersion succeeds for a version that does not exist.
func (a *API) deleteStateMachineVersion(ctx context.Context, in input) (Reply, error) {
	given := in.text("stateMachineVersionArn")
	name, number, err := a.versionNumber(given)
	if err != nil {
		return nil, err
	}
	err = a.Catalog.DeleteVersion(ctx, name, number)
	if referenced, ok := errors.AsType[*catalog.ReferencedError](err); ok {
		return nil, fail("ConflictException", "Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [%s]", strings.Join(referenced.Aliases, ", "))
	}
	return reply(err)
}

// versionNumber takes the ARN of a version apart; name is "" for one of another account or region.
func (a *API) versionNumber(given string) (name string, number int, err error) {
	rest, foreign, err := a.resource(given, "stateMachine")
	if err != nil {
		return "", 0, err
	}
	name, qualifier, _ := strings.Cut(rest, ":")
	number, ok := catalog.VersionNumber(qualifier)
	if !ok {
		return "", 0, fail("ValidationException", "The ARN of a state machine version is needed. Received: %s", given)
	}
	if foreign {
		name = ""
	}
	return name, number, nil
}
