package parity

// difference is something that Cogstep does in another way than the service, on purpose or for now.
type difference struct{ subject, service, here, reason string }

// differences are kept by hand: whoever makes or removes one writes it down here.
var differences = []difference{
	// Access.
	{"Authentication", "Signature version 4", "Requests may be unsigned; whatever signature they have is not checked",
		"it serves the loopback interface unless told otherwise"},
	{"Roles", "A role is assumed for each call", "`roleArn` and `Credentials` are checked for their form, shown in histories, and not assumed",
		"there is no IAM here"},
	{"Rates and quotas", "Requests, transitions and open executions are throttled", "API calls are throttled with the service's figures when `--quotas` says so, or the address is not a loopback one; transitions are not", "the machine is yours"},
	{"Account", "Yours", "000000000000 in us-east-1 unless `--account` and `--region` say otherwise", "the same on every machine"},

	// Configuration that is kept.
	{"`loggingConfiguration`", "Log records in CloudWatch Logs; the log group must be there when the state machine is created", "Log records go where `--execution-log` says, else nowhere; log groups are not asked for",
		"there is no CloudWatch Logs here; a file, standard output or an endpoint stand in"},
	{"`tracingConfiguration`", "Traces in X-Ray", "Kept and returned; nothing is sent", "there is no X-Ray here"},
	{"`encryptionConfiguration`", "Data encrypted with a key of KMS", "Checked, kept and returned; data are stored as they are", "there is no KMS here; encrypt the disk"},
	{"Age of executions", "Closed ones vanish after 90 days", "They stay", "the disk is yours"},

	// Running.
	{"A crash while a task runs", "Unseen", "A task that is not known to be repeatable fails with `States.TaskFailed`; Retry and Catch decide",
		"it may have been performed; it is never silently sent twice"},
	{"`ItemReader`, `ResultWriter`", "Objects in S3", "Checked when a definition is created; a Map that has one fails with `States.ItemReaderFailed` or `States.ResultWriterFailed`",
		"there is no connector for S3 yet"},
	{"Label of a Distributed Map without one", "Random", "Made from the definition, so that it is the same each time", "equal definitions give equal histories"},
	{"Regular expressions of JSONPath filters", "Java's", "Without back-references and look-around", "a hostile pattern cannot hang the server"},
	{"Work of one JSONPath", "Unbounded", "1,000,000 visited values", "a hostile path cannot hang the server"},

	// Definitions.
	{"Nesting of a definition", "Bounded; nobody knows where", "1000 levels", "`TOO_DEEPLY_NESTED` as there"},
	{"A member that is there twice", "Not known", "`INVALID_JSON_DESCRIPTION`, and `DUPLICATE_STATE_NAME` for states", "one of the two would be lost without a word"},
	{"`ItemReader` and `ResultWriter` without `Bucket` or `Key`", "Not known", "Refused when the definition is created, like the parameters of a Task", "it cannot work"},
	{"A text without quotes in a filter, `[?(@.Key == Name)]`", "Not known", "Compared as a text", "there are definitions that have it"},
	{"Texts of warnings, and of errors that nobody has seen there", "Not known", "Our own, in the same manner", "codes and locations are the service's"},
}
