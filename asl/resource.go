package asl

import (
	_ "embed"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// ErrNotARN is returned by [ParseResource] for a text that is no ARN at all.
//
//lint:ignore ST1005 it is the service's text
var ErrNotARN = errors.New("Value is not a valid resource ARN")

// UnknownResourceError is returned by [ParseResource] for an ARN that names nothing a Task can call.
type UnknownResourceError struct{ ARN string }

// Error returns the service's text.
func (e *UnknownResourceError) Error() string {
	return fmt.Sprintf("The resource provided %s is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.", e.ARN)
}

var (
	anyARN      = regexp.MustCompile(`^arn:[a-z0-9-]+:[a-z0-9-]+:[^:]*:[^:]*:.+$`)
	functionARN = regexp.MustCompile(`^arn:aws[a-z-]*:lambda:[^:]*:[^:]*:function:([A-Za-z0-9_.-]+(?::(?:\$LATEST|[A-Za-z0-9_-]+))?)$`)
	activityARN = regexp.MustCompile(`^arn:aws[a-z-]*:states:[^:]+:[^:]+:activity:([^:]+)$`)
	callARN     = regexp.MustCompile(`^arn:aws[a-z-]*:states:[^:]*:[^:]*:((?:aws-sdk:)?[a-z0-9-]+):([a-z][A-Za-z0-9]*)((?:\..+)?)$`)
)

// ParseResource takes the Resource of a Task apart. It knows every optimized integration with its patterns and the
// services of the AWS SDK integrations; whether such a service has the action shows when it is called.
// Errors: ErrNotARN, *UnknownResourceError.
func ParseResource(arn string) (Resource, error) {
	if !anyARN.MatchString(arn) {
		return Resource{}, ErrNotARN
	}
	if m := functionARN.FindStringSubmatch(arn); m != nil {
		return Resource{ARN: arn, Kind: Function, Service: "lambda", Action: m[1]}, nil
	}
	if m := activityARN.FindStringSubmatch(arn); m != nil {
		return Resource{ARN: arn, Kind: Activity, Service: "states", Action: m[1]}, nil
	}
	if m := callARN.FindStringSubmatch(arn); m != nil {
		r := Resource{ARN: arn, Service: m[1], Action: m[2]}
		var ok bool
		if r.Pattern, ok = parsePattern(m[3]); ok && r.exists() {
			return r, nil
		}
	}
	return Resource{}, &UnknownResourceError{arn}
}

func parsePattern(suffix string) (Pattern, bool) {
	for _, p := range []Pattern{RequestResponse, Sync, Sync2, WaitForTaskToken} {
		if p.String() == suffix {
			return p, true
		}
	}
	return 0, false
}

// exists reports whether there is such an integration with such a pattern.
func (r Resource) exists() bool {
	if service, ok := strings.CutPrefix(r.Service, "aws-sdk:"); ok {
		return sdkServices()[service] && (r.Pattern == RequestResponse || r.Pattern == WaitForTaskToken)
	}
	known, ok := integrations[r.Service+":"+r.Action]
	if !ok {
		return false
	}
	switch r.Pattern {
	case Sync:
		return known.patterns&canSync != 0
	case Sync2:
		return known.patterns&canSync2 != 0
	case WaitForTaskToken:
		return known.patterns&canToken != 0
	}
	return true
}

//go:embed services.txt
var services string

// sdkServices returns the names that may follow "aws-sdk:".
var sdkServices = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for line := range strings.Lines(services) {
		if !strings.HasPrefix(line, "#") {
			all[strings.TrimSpace(line)] = true
		}
	}
	return all
})
