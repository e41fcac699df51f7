package api

import (
	"strings"

	"github.com/cogstep/cogstep/internal/arn"
	"github.com/cogstep/cogstep/internal/catalog"
	"github.com/cogstep/cogstep/query"
)

// The configurations of a machine that has been given none.
const (
	noLogging   = `{"level":"OFF","includeExecutionData":false}`
	noTracing   = `{"enabled":false}`
	ownedKey    = `{"type":"AWS_OWNED_KEY"}`
	levelOff    = "OFF"
	customerKey = "CUSTOMER_MANAGED_KMS_KEY"
)

// checkRole refuses a role that is not an ARN.
func checkRole(role string) error {
	if _, ok := arn.Parse(role); !ok {
		return invalidArn("Invalid ARN prefix: %s", role)
	}
	return nil
}

// configurations reads and checks the logging, tracing and encryption configurations of a request.
func configurations(in input) (c catalog.UpdateMachine, err error) {
	if in.has("loggingConfiguration") {
		v, _ := in.Get("loggingConfiguration")
		text, err := logging(v)
		if err != nil {
			return c, err
		}
		c.Logging = given(text, noLogging)
	}
	if in.has("tracingConfiguration") {
		v, _ := in.Get("tracingConfiguration")
		var o object
		o.flag("enabled", input{Value: v}.flag("enabled"))
		c.Tracing = given(o.Build().JSON(), noTracing)
	}
	if in.has("encryptionConfiguration") {
		v, _ := in.Get("encryptionConfiguration")
		if err := checkEncryption(input{Value: v}); err != nil {
			return c, err
		}
		c.Encryption = given(v.Compact(), ownedKey)
	}
	return c, nil
}

// given returns a configuration as the catalog keeps it: one that says what holds anyway is as good as none.
func given(text, fallback string) *string {
	if text == fallback {
		text = ""
	}
	return &text
}

// logging returns a logging configuration with its defaults filled in.
func logging(v query.Value) (string, error) {
	in := input{Value: v}
	level := in.text("level")
	if level == "" {
		level = levelOff
	}
	destinations, _ := in.Get("destinations")
	if level != levelOff && destinations.Len() != 1 {
		return "", fail("InvalidLoggingConfiguration", "Invalid Logging Configuration: Must specify exactly one Log Destination.")
	}
	for _, d := range destinations.Elements() {
		group, _ := d.Get("cloudWatchLogsLogGroup")
		if err := checkLogGroup(input{Value: group}.text("logGroupArn")); err != nil {
			return "", err
		}
	}
	var o object
	o.text("level", level)
	o.flag("includeExecutionData", in.flag("includeExecutionData"))
	if in.has("destinations") {
		o.Set("destinations", destinations) // even an empty list comes back (recorded)
	}
	return o.Build().JSON(), nil
}

func checkLogGroup(s string) error {
	refuse := func(why string) error {
		return fail("InvalidLoggingConfiguration", "Invalid Logging Configuration: %s", why)
	}
	a, ok := arn.Parse(s)
	switch {
	case !ok:
		return refuse("Must set valid CloudWatch Log Group ARN.")
	case a.Service != "logs" || a.Kind() != "log-group":
		return refuse("Provided ARN is not CloudWatch Logs Log Group ARN.")
	case !strings.HasSuffix(s, ":*"):
		return refuse("Log Group ARN must be provided with '*' qualifier.")
	}
	return nil
}

func checkEncryption(in input) error {
	refuse := func(why string) error { return fail("InvalidEncryptionConfiguration", "%s", why) }
	switch {
	case in.text("type") == customerKey && in.text("kmsKeyId") == "":
		return refuse("Must set a valid kmsKeyId.")
	case in.text("type") != customerKey && in.has("kmsKeyId"):
		return refuse("Custom kmsKeyId is not allowed when selecting AWS_OWNED_KEY.")
	case in.text("type") != customerKey && in.has("kmsDataKeyReusePeriodSeconds"):
		return refuse("Custom kmsDataKeyReusePeriodSeconds is not allowed when selecting AWS_OWNED_KEY.")
	}
	return nil
}

func or(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}
