package api

import (
	"strings"

	"github.com/cogstep/cogstep/internal/arn"
)

// forbiddenInNames are the characters besides white space and controls that a name of a state machine, an execution
// or an activity must not have.
const forbiddenInNames = "<>{}[]?*\"#%\\^|~`$&,;:/"

// checkName refuses names that the service refuses. Its length has been checked by the model.
func checkName(name string) error {
	for _, r := range name {
		if r <= 0x20 || r >= 0x7f && r <= 0x9f || r == 0xfffe || r == 0xffff || r == 0x10ffff || strings.ContainsRune(forbiddenInNames, r) {
			return fail("InvalidName", "Invalid Name: '%s'", name)
		}
	}
	return nil
}

// resource takes an ARN of one of the given kinds apart and returns what follows the kind. foreign is true for a
// well-formed ARN of another account or region: nothing of that name exists here.
func (a *API) resource(s string, kinds ...string) (rest string, foreign bool, err error) {
	parsed, ok := arn.Parse(s)
	if !ok {
		return "", false, invalidArn("Invalid ARN prefix: %s", s)
	}
	if parsed.Service != "states" {
		return "", false, invalidArn("Resource type not valid in this context: %s", parsed.Service)
	}
	for _, k := range kinds {
		if parsed.Kind() == k {
			return parsed.Rest(), parsed.Region != a.Scope.Region || parsed.Account != a.Scope.Account, nil
		}
	}
	return "", false, invalidArn("Resource type not valid in this context: %s", parsed.Kind())
}

// qualified takes the ARN of a state machine apart into its name and its qualifier, a version or an alias ("": none).
func (a *API) qualified(s string) (name, qualifier string, err error) {
	rest, foreign, err := a.resource(s, "stateMachine")
	if err != nil {
		return "", "", err
	}
	if strings.Contains(rest, "/") {
		return "", "", labelledNotSupported(s)
	}
	name, qualifier, found := strings.Cut(rest, ":")
	if foreign || found && qualifier == "" {
		return "", "", machineDoesNotExist(s)
	}
	return name, qualifier, nil
}

// qualifiedARN returns the ARN of a state machine, or of its version or alias.
func (a *API) qualifiedARN(name, qualifier string) string {
	if qualifier != "" {
		name += ":" + qualifier
	}
	return a.Scope.StateMachine(name)
}

// machineName returns the name in the ARN of a state machine where no qualifier is taken: then it names nothing that
// exists.
func (a *API) machineName(s string) (string, error) {
	name, qualifier, err := a.qualified(s)
	if err == nil && qualifier != "" {
		err = machineDoesNotExist(s)
	}
	if err != nil {
		return "", err
	}
	return name, nil
}
