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

// keys holds the name and the form of each Key.
var keys = [keyEnd]struct {
	name string
	form form
}{
	Name:                   {"name", text},
	Input:                  {"input", payload},
	Output:                 {"output", payload},
	Error:                  {"error", text},
	Cause:                  {"cause", text},
	ResourceType:           {"resourceType", text},
	Resource:               {"resource", text},
	Region:                 {"region", text},
	Parameters:             {"parameters", text},
	TimeoutInSeconds:       {"timeoutInSeconds", number},
	HeartbeatInSeconds:     {"heartbeatInSeconds", number},
	TaskCredentials:        {"taskCredentials", credentials},
	AssignedVariables:      {"assignedVariables", variables},
	RoleArn:                {"roleArn", text},
	StateMachineAliasArn:   {"stateMachineAliasArn", text},
	StateMachineVersionArn: {"stateMachineVersionArn", text},
	WorkerName:             {"workerName", text},
	Length:                 {"length", number},
	Index:                  {"index", number},
	MapRunArn:              {"mapRunArn", text},
	RedriveCount:           {"redriveCount", number},
	State:                  {"state", text},
	Location:               {"location", text},
}

func (k Key) valid() bool { return k > 0 && k < keyEnd }

// String returns the member's name on the wire, "" for a number that is no key.
func (k Key) String() string {
	if !k.valid() {
		return ""
	}
	return keys[k].name
}
