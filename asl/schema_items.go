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
		switch resource, config := n.get("Resource"), n.get("ReaderConfig"); {
		case !resource.is(stringNode):
		case isResource(resource.text, "s3:listObjectsV2"):
			c.address(n, "Bucket")
		case !isResource(resource.text, "s3:getObject"):
			c.noResource(n)
		default:
			c.address(n, "Bucket", "Key")
			if config == nil {
				c.required(n, nil, "ReaderConfig")
				return
			}
			if config.is(objectNode) && !config.has("InputType") && !config.has("ManifestType") {
				c.required(config, nil, "InputType")
			}
			if m := config.get("Transformation"); m.str() == "LOAD_AND_FLATTEN" {
				c.rep.member(m, "Field 'Transformation' is not supported") // one object has nothing to be joined with
			}
		}
	},
}

// noResource reports a Resource that nothing can be read from or written to.
func (c *checker) noResource(n *node) {
	c.rep.report(SeverityError, SchemaFailed, mark{at: n.get("Resource"), where: n}, "The field 'Resource' does not match any of the allowed values")
}

// address reports parameters that the call of n's Resource lacks.
func (c *checker) address(n *node, names ...string) {
	name := c.parameters()
	arguments := n.get(name)
	if arguments == nil {
		c.required(n, nil, name)
		return
	}
	for _, name := range names {
		if arguments.is(objectNode) && !arguments.has(name) && (c.lang == JSONata || !arguments.has(name+".$")) {
			c.rep.schema(arguments, "The field '%s' is required but was missing", name)
		}
	}
}

// parameters returns the name that the parameters of a call have in the state's language.
func (c *checker) parameters() string {
	if c.lang == JSONata {
		return "Arguments"
	}
	return "Parameters"
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
		resource, arguments := n.get("Resource"), c.parameters()
		switch {
		case resource.is(stringNode) && !isResource(resource.text, "s3:putObject"):
			c.noResource(n)
		case resource != nil:
			c.address(n, "Bucket")
		case n.has(arguments):
			c.required(n, nil, "Resource")
		case !n.has("WriterConfig"):
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
