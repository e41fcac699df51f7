package api

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/cogstep/cogstep/internal/catalog"
	"github.com/cogstep/cogstep/query"
)

// resourceDoesNotExist is what the service says of aliases and of the versions in their routes.
func resourceDoesNotExist() *Error {
	return fail("ResourceNotFound", "Request references a resource that does not exist.")
}

// aliasError translates the catalog's errors about the alias of a request.
func aliasError(err error, machineARN string) error {
	switch {
	case errors.Is(err, catalog.ErrAliasAlreadyExists):
		return fail("ConflictException", "Failed to create alias because an alias with the same name and a different routing configuration already exists.")
	case errors.Is(err, catalog.ErrMachineDoesNotExist), errors.Is(err, catalog.ErrVersionDoesNotExist), errors.Is(err, catalog.ErrAliasDoesNotExist):
		return resourceDoesNotExist()
	}
	return machineError(err, machineARN)
}

// aliasName takes the ARN of an alias apart.
func (a *API) aliasName(given string) (machine, alias string, err error) {
	rest, foreign, err := a.resource(given, "stateMachine")
	if err != nil {
		return "", "", err
	}
	machine, alias, _ = strings.Cut(rest, ":")
	if _, version := catalog.VersionNumber(alias); alias == "" || version {
		return "", "", fail("ValidationException", "The ARN of a state machine alias is needed. Received: %s", given)
	}
	if foreign {
		return "", "", resourceDoesNotExist()
	}
	return machine, alias, nil
}

// routes reads a routing configuration: versions of one state machine, whose name it returns, and weights.
func (a *API) routes(in input) (machine string, routes []catalog.Route, err error) {
	list, _ := in.Get("routingConfiguration")
	var arns, weights []string
	sum, foreign, qualified := 0, false, true
	machines, versions := map[string]bool{}, map[int]bool{}
	for _, v := range list.Elements() {
		given := input{Value: v}.text("stateMachineVersionArn")
		rest, elsewhere, err := a.resource(given, "stateMachine")
		if err != nil {
			return "", nil, err
		}
		foreign = foreign || elsewhere
		name, qualifier, _ := strings.Cut(rest, ":")
		number, ok := catalog.VersionNumber(qualifier)
		qualified = qualified && ok
		w, _ := v.Get("weight")
		weight, _ := w.Int()
		machine, machines[name], versions[number] = name, true, true
		sum += int(weight)
		arns, weights = append(arns, given), append(weights, fmt.Sprint(weight))
		routes = append(routes, catalog.Route{Version: number, Weight: int(weight)})
	}
	refuse := func(rule string, received []string) error {
		return fail("ValidationException", "%s Received: [%s]", rule, strings.Join(received, ", ")).because("INVALID_ROUTING_CONFIGURATION")
	}
	switch {
	case !qualified:
		err = refuse("Routing configuration must contain state machine version ARNs.", arns)
	case len(machines) > 1:
		err = refuse("Routing configuration must contain versions of one state machine.", arns)
	case len(versions) < len(routes):
		err = refuse("Routing configuration must contain distinct state machine version ARNs.", arns)
	case sum != 100:
		err = refuse("Sum of routing configuration weights must equal 100.", weights)
	case foreign:
		err = resourceDoesNotExist()
	}
	return machine, routes, err
}

func (a *API) createStateMachineAlias(ctx context.Context, in input) (Reply, error) {
	machine, routes, err := a.routes(in)
	if err != nil {
		return nil, err
	}
	alias, err := a.Catalog.CreateAlias(ctx, machine, in.text("name"), in.text("description"), routes)
	if err != nil {
		return nil, aliasError(err, a.Scope.StateMachine(machine))
	}
	return a.aliasItem(alias), nil
}

func (a *API) aliasItem(alias catalog.Alias) query.Value {
	var o object
	o.text("stateMachineAliasArn", a.qualifiedARN(alias.Machine, alias.Name))
	o.time("creationDate", alias.CreatedAt)
	return o.Build()
}

func (a *API) updateStateMachineAlias(ctx context.Context, in input) (Reply, error) {
	given := in.text("stateMachineAliasArn")
	machine, name, err := a.aliasName(given)
	if err != nil {
		return nil, err
	}
	var change catalog.UpdateAlias
	if in.has("description") {
		change.Description = ref(in.text("description"))
	}
	if in.has("routingConfiguration") {
		of, routes, err := a.routes(in)
		if err != nil {
			return nil, err
		}
		if of != machine {
			return nil, fail("ValidationException", "Routing configuration must contain versions of the alias's state machine. Received: %s", of).because("INVALID_ROUTING_CONFIGURATION")
		}
		change.Routes = routes
	}
	if change.Description == nil && change.Routes == nil {
		return nil, fail("ValidationException", "Either the description or the routing configuration must be specified").because("MISSING_REQUIRED_PARAMETER")
	}
	alias, err := a.Catalog.UpdateAlias(ctx, machine, name, change)
	if err != nil {
		return nil, aliasError(err, a.Scope.StateMachine(machine))
	}
	var o object
	o.time("updateDate", alias.UpdatedAt)
	return o.Build(), nil
}

func (a *API) describeStateMachineAlias(_ context.Context, in input) (Reply, error) {
	machine, name, err := a.aliasName(in.text("stateMachineAliasArn"))
	if err != nil {
		return nil, err
	}
	alias, err := a.Catalog.Alias(machine, name)
	if err != nil {
		return nil, aliasError(err, a.Scope.StateMachine(machine))
	}
	var routes []query.Value
	for _, r := range alias.Routes {
		var o object
		o.text("stateMachineVersionArn", a.versionARN(machine, r.Version))
		o.Set("weight", query.IntValue(int64(r.Weight)))
		routes = append(routes, o.Build())
	}
	var o object
	o.text("stateMachineAliasArn", a.qualifiedARN(alias.Machine, alias.Name))
	o.text("name", alias.Name)
	o.text("description", alias.Description)
	o.values("routingConfiguration", routes)
	o.time("creationDate", alias.CreatedAt)
	o.time("updateDate", alias.UpdatedAt)
	return o.Build(), nil
}

// listStateMachineAliases lists aliases by name: so do all recordings, although the documentation says newest first.
func (a *API) listStateMachineAliases(_ context.Context, in input) (Reply, error) {
	given := in.text("stateMachineArn")
	name, qualifier, err := a.qualified(given)
	if err != nil {
		return nil, err
	}
	if _, err := a.Catalog.MachineByName(name); err != nil {
		return nil, machineError(err, given)
	}
	version := 0
	if qualifier != "" {
		number, _ := catalog.VersionNumber(qualifier)
		if _, err := a.Catalog.Version(name, number); err != nil {
			return nil, resourceDoesNotExist()
		}
		version = number
	}
	after, err := a.openPage(in)
	if err != nil {
		return nil, err
	}
	aliases, next := a.Catalog.ListAliases(name, version, after, in.limit())
	items := []query.Value{}
	for _, alias := range aliases {
		items = append(items, a.aliasItem(alias))
	}
	var o object
	o.values("stateMachineAliases", items)
	o.text("nextToken", a.sealPage(in, next))
	return o.Build(), nil
}

// deleteStateMachineAlias succeeds for an alias that does not exist.
func (a *API) deleteStateMachineAlias(ctx context.Context, in input) (Reply, error) {
	machine, name, err := a.aliasName(in.text("stateMachineAliasArn"))
	if e, ok := errors.AsType[*Error](err); ok && e.Code == "ResourceNotFound" {
		return empty()
	}
	if err != nil {
		return nil, err
	}
	return reply(a.Catalog.DeleteAlias(ctx, machine, name))
}
