package history

// The members of details objects. The numbers are part of the form on disk: new keys go to the end.
const (
	Name Key = iota + 1
	Input
	Output
	Error
	Cause
	ResourceType
	Resource
	Region
	Parameters
	TimeoutInSeconds
	HeartbeatInSeconds
	TaskCredentials
	AssignedVariables
	RoleArn
	StateMachineAliasArn
	StateMachineVersionArn
	WorkerName
	Length
	Index
	MapRunArn
	RedriveCount
	State
	Location
	keyEnd
)

// form is how a member is held in a Field and written on the wire.
type form uint8

const (
	text        form = iota // Field.Text; a string
	number                  // Field.Int; a number
	payload                 // Field.Text; a string of JSON text, with a …Details member beside it
	credentials             // Field.Text; an object whose roleArn it is
	variables               // Field.Vars; an object of JSON texts, with a …Details member beside it
)

// member is what there is to know about a Key. Data is what executions work on; a log may have to do without it.
type member struct {
	name string
	form form
	data bool
}

// keys holds what the members are.
var keys = [keyEnd]member{
	Name:                   {"name", text, false},
	Input:                  {"input", payload, true},
	Output:                 {"output", payload, true},
	Error:                  {"error", text, false},
	Cause:                  {"cause", text, false},
	ResourceType:           {"resourceType", text, false},
	Resource:               {"resource", text, false},
	Region:                 {"region", text, false},
	Parameters:             {"parameters", text, true},
	TimeoutInSeconds:       {"timeoutInSeconds", number, false},
	HeartbeatInSeconds:     {"heartbeatInSeconds", number, false},
	TaskCredentials:        {"taskCredentials", credentials, false},
	AssignedVariables:      {"assignedVariables", variables, true},
	RoleArn:                {"roleArn", text, false},
	StateMachineAliasArn:   {"stateMachineAliasArn", text, false},
	StateMachineVersionArn: {"stateMachineVersionArn", text, false},
	WorkerName:             {"workerName", text, false},
	Length:                 {"length", number, false},
	Index:                  {"index", number, false},
	MapRunArn:              {"mapRunArn", text, false},
	RedriveCount:           {"redriveCount", number, false},
	State:                  {"state", text, false},
	Location:               {"location", text, false},
}

func (k Key) valid() bool { return k > 0 && k < keyEnd }

// String returns the member's name on the wire, "" for a number that is no key.
func (k Key) String() string {
	if !k.valid() {
		return ""
	}
	return keys[k].name
}
