package asl

import (
	"slices"
	"strings"
)

// The members of a Distributed Map that say where items come from, how they are grouped, and where results go.

var toAddress = []field{
	{"Resource", both, text},
	{"Parameters", onlyJSONPath, object},
	{"Arguments", onlyJSONata, expressionOr(objectNode)},
}

var readerShape = shape{
	required: []string{"Resource"},
	fields:   append(toAddress[:3:3], field{"ReaderConfig", both, of(&readerConfigShape)}),
	also: func(c *checker, n *node) {
		switch r := n.get("Resource").str(); {
		case r == "":
		case !isResource(r, "s3:getObject") && !isResource(r, "s3:listObjectsV2"):
			c.rep.report(SeverityError, SchemaFailed, mark{at: n.get("Resource"), where: n}, "The field 'Resource' does not match any of the allowed values")
		case isResource(r, "s3:getObject"):
			if config := n.get("ReaderConfig"); config == nil {
				c.required(n, nil, "ReaderConfig")
			} else if !config.has("InputType") && !config.has("ManifestType") {
				c.required(config, nil, "InputType")
			}
		}
	},
}

// isResource reports whether an ARN of any partition names an action of the service's own.
func isResource(arn, action string) bool {
	_, rest, _ := strings.Cut(arn, ":states:::")
	return strings.HasPrefix(arn, "arn:aws") && rest == action
}

var readerConfigShape = shape{
	fields: []field{
		{"InputType", both, enum("CSV", "JSON", "JSONL", "PARQUET", "MANIFEST")},
		{"Transformation", both, enum("NONE", "LOAD_AND_FLATTEN")},
		{"ManifestType", both, enum("S3_INVENTORY", "ATHENA_DATA")},
		{"CSVHeaderLocation", both, enum("FIRST_ROW", "GIVEN")},
		{"CSVHeaders", both, fullList(text)},
		{"CSVDelimiter", both, enum("COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB")},
		{"MaxItems", both, integer(0, readerItemsMax)},
		{"MaxItemsPath", onlyJSONPath, text},
		{"ItemsPointer", both, text},
	},
	atMost: [][]string{{"MaxItems", "MaxItemsPath"}},
	also:   checkReaderConfig,
}

// readerRule says that a combination of members of a ReaderConfig cannot be: member is what is too much, or, with
// missing set, what is lacking.
type readerRule struct {
	when    func(r readerConfig) bool
	member  string
	missing bool
}

// readerConfig is the part of a ReaderConfig that its rules look at.
type readerConfig struct {
	input, manifest, transformation, header, pointer string
}

var readerRules = []readerRule{
	{func(r readerConfig) bool { return r.manifest == "S3_INVENTORY" }, "InputType", false},
	{func(r readerConfig) bool { return r.manifest == "ATHENA_DATA" && r.input == "" }, "InputType", true},
	{func(r readerConfig) bool { return r.manifest == "ATHENA_DATA" && r.input == "JSON" }, "ManifestType", false},
	{func(r readerConfig) bool { return r.transformation == "LOAD_AND_FLATTEN" && r.input == "" }, "InputType", true},
	{func(r readerConfig) bool { return r.pointer != "" && r.input != "JSON" }, "ItemsPointer", false},
	{func(r readerConfig) bool { return r.isNoTable() }, "CSVHeaderLocation", false},
	{func(r readerConfig) bool { return r.isNoTable() || r.header == "FIRST_ROW" }, "CSVHeaders", false},
	{func(r readerConfig) bool { return r.isNoTable() }, "CSVDelimiter", false},
	{func(r readerConfig) bool { return r.header == "GIVEN" }, "CSVHeaders", true},
}

// isNoTable reports whether the input has no columns to be named.
func (r readerConfig) isNoTable() bool {
	return slices.Contains([]string{"JSON", "JSONL", "PARQUET"}, r.input)
}

func checkReaderConfig(c *checker, n *node) {
	r := readerConfig{
		input:          n.get("InputType").str(),
		manifest:       n.get("ManifestType").str(),
		transformation: n.get("Transformation").str(),
		header:         n.get("CSVHeaderLocation").str(),
		pointer:        n.get("ItemsPointer").str(),
	}
	if r.input == "CSV" && r.manifest == "" && r.header == "" {
		c.rep.schema(n, "The field 'CSVHeaderLocation' is required")
	}
	if r.pointer != "" && r.pointer[0] != '/' {
		c.rep.schema(n.get("ItemsPointer"), "Value must be a valid JSON pointer")
	}
	for _, rule := range readerRules {
		switch m := n.get(rule.member); {
		case !rule.when(r):
		case rule.missing && m == nil:
			c.required(n, nil, rule.member)
		case !rule.missing && m != nil:
			c.rep.member(m, "Field '%s' is not supported", m.key)
		}
	}
}

var batcherShape = shape{
	fields: []field{
		{"MaxItemsPerBatch", both, integer(1, readerItemsMax)},
		{"MaxItemsPerBatchPath", onlyJSONPath, text},
		{"MaxInputBytesPerBatch", both, integer(1, batchBytesMax)},
		{"MaxInputBytesPerBatchPath", onlyJSONPath, text},
		{"BatchInput", both, expressionOr(objectNode)},
	},
	atMost: [][]string{{"MaxItemsPerBatch", "MaxItemsPerBatchPath"}, {"MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"}},
	also: func(c *checker, n *node) {
		if !slices.ContainsFunc(n.children, func(m *node) bool { return strings.HasPrefix(m.key, "Max") }) {
			c.rep.schema(n, "This object should have at least one of the following fields: [MaxItemsPerBatch, MaxItemsPerBatchPath, MaxInputBytesPerBatch, MaxInputBytesPerBatchPath]")
		}
	},
}

var writerShape = shape{
	fields: append(toAddress[:3:3], field{"WriterConfig", both, of(&writerConfigShape)}),
	also: func(c *checker, n *node) {
		arguments := "Parameters"
		if c.lang == JSONata {
			arguments = "Arguments"
		}
		resource := n.get("Resource")
		switch {
		case resource.is(stringNode) && !isResource(resource.text, "s3:putObject"):
			c.rep.report(SeverityError, SchemaFailed, mark{at: resource, where: n}, "The field 'Resource' does not match any of the allowed values")
		case resource != nil && !n.has(arguments):
			c.required(n, nil, arguments)
		case resource == nil && n.has(arguments):
			c.required(n, nil, "Resource")
		case resource == nil && !n.has("WriterConfig"):
			c.required(n, nil, "Resource", arguments)
		}
	},
}

var writerConfigShape = shape{
	required: []string{"Transformation", "OutputType"},
	fields: []field{
		{"Transformation", both, enum("NONE", "COMPACT", "FLATTEN")},
		{"OutputType", both, enum("JSON", "JSONL")},
	},
}
