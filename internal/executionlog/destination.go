package executionlog

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Destination says where a log goes.
type Destination struct {
	// Name is "stdout", "file:" with a path, or the URL of a server that speaks the API of CloudWatch Logs.
	Name string

	Stdout      io.Writer       // for stdout
	Region      string          // for an URL, as the rest
	Credentials aws.Credentials // that requests are signed with; none: some that emulators take
	Client      *http.Client    // nil: one that waits ten seconds for an answer
}

const answerTimeMax = 10 * time.Second

// Open returns the sink of a destination. Errors: the name is none of these, or the file cannot be opened. An endpoint
// is not asked for before there is something to deliver.
func (d Destination) Open() (Sink, error) {
	scheme, path, _ := strings.Cut(d.Name, ":")
	switch {
	case d.Name == "stdout":
		return ToWriter(d.Stdout), nil
	case scheme == "file" && path != "":
		return ToFile(path)
	case scheme == "http" || scheme == "https":
		return toCloudWatch(d)
	}
	return nil, fmt.Errorf("execution log: %q is neither stdout nor file:PATH nor a URL", d.Name)
}
