package awsmodel

import (
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
)

// library is a model that has one of everything.
const library = `{
"metadata": {
	"serviceId": "Library Service", "apiVersion": "2020-01-02", "endpointPrefix": "lib", "protocol": "rest-xml",
	"protocols": ["rest-xml", "json"], "jsonVersion": "1.1", "targetPrefix": "Lib_2020", "signatureVersion": "v4",
	"auth": ["aws.auth#sigv4", "aws.auth#sigv4a"], "xmlNamespace": "http://lib/", "awsQueryCompatible": {},
	"globalEndpoint": "lib.amazonaws.com"},
"operations": {
	"PutBook": {
		"name": "PutBook", "http": {"method": "PUT", "requestUri": "/{Shelf}/book?x-id=PutBook", "responseCode": 200},
		"endpoint": {"hostPrefix": "{Shelf}."}, "idempotent": true, "deprecated": true, "authtype": "v4-unsigned-body",
		"input": {"shape": "PutBookRequest", "locationName": "Put", "xmlNamespace": {"uri": "http://put/"}},
		"output": {"shape": "Book", "resultWrapper": "PutBookResult"},
		"errors": [{"shape": "Lost"}],
		"httpChecksum": {"requestChecksumRequired": true, "requestAlgorithmMember": "Sum", "requestValidationModeMember": "Mode", "responseAlgorithms": ["CRC32"]},
		"requestcompression": {"encodings": ["gzip"]}, "endpointdiscovery": {"required": true},
		"staticContextParams": {"A": {"value": true}, "B": {"value": "b"}, "C": {"value": ["c", "d"]}, "D": {"value": false}},
		"operationContextParams": {"Names": {"path": "keys(Tags)"}}},
	"GetBook": {"http": {"method": "GET", "requestUri": "/book"}, "readonly": true, "auth": ["smithy.api#noAuth"],
		"output": {"shape": "Book"}, "httpChecksumRequired": true},
	"Listen": {"name": "Listen", "http": {"method": "GET", "requestUri": "/listen"}, "output": {"shape": "Story"}}},
"shapes": {
	"PutBookRequest": {"type": "structure", "required": ["Shelf"], "payload": "Body", "members": {
		"Shelf": {"shape": "Text", "location": "uri", "locationName": "Shelf", "hostLabel": true, "contextParam": {"name": "Where"}},
		"Body": {"shape": "Blob"},
		"Sum": {"shape": "Algorithm", "location": "header", "locationName": "x-sum"},
		"Mode": {"shape": "Text", "location": "headers", "locationName": "x-mode-"},
		"Token": {"shape": "Text", "location": "querystring", "locationName": "token", "idempotencyToken": true},
		"Extra": {"shape": "Text", "location": "header", "jsonvalue": true}}},
	"Book": {"type": "structure", "locationName": "TheBook", "xmlNamespace": {"prefix": "b", "uri": "http://book/"}, "union": true, "wrapper": true, "sensitive": true, "members": {
		"Zeta": {"shape": "Pages", "locationName": "zeta"},
		"Alpha": {"shape": "Tags", "flattened": true, "xmlNamespace": "http://alpha/"},
		"Sequel": {"shape": "Book", "queryName": "Next"},
		"Lang": {"shape": "Text", "xmlAttribute": true, "locationName": "xml:lang"},
		"At": {"shape": "Time", "timestampFormat": "rfc822"},
		"Due": {"shape": "Time"},
		"Code": {"shape": "Count", "location": "statusCode"},
		"Any": {"shape": "Anything"},
		"Price": {"shape": "Price"}, "Read": {"shape": "Flag"}}},
	"Pages": {"type": "list", "member": {"shape": "Count", "locationName": "page", "xmlNamespace": {"uri": "http://page/"}}, "flattened": true, "sparse": true, "min": 1, "max": 9},
	"Tags": {"type": "map", "key": {"shape": "Text", "locationName": "K", "xmlNamespace": "http://k/"}, "value": {"shape": "Text", "locationName": "V"}},
	"Text": {"type": "string", "min": 0, "max": 12345678901},
	"Algorithm": {"type": "string", "enum": ["CRC32", "SHA1"]},
	"Blob": {"type": "blob", "streaming": true},
	"Count": {"type": "integer", "min": -7},
	"Price": {"type": "double", "max": 0.25},
	"Flag": {"type": "boolean", "box": true},
	"Time": {"type": "timestamp", "timestampFormat": "iso8601", "min": 1},
	"Anything": {"type": "structure", "document": true, "members": {}},
	"Lost": {"type": "structure", "members": {}, "exception": true, "fault": true, "retryable": {"throttling": true}, "error": {"code": "Book.Lost", "httpStatusCode": 404}},
	"Undeclared": {"type": "structure", "members": {"Message": {"shape": "Text"}}, "exception": true},
	"Story": {"type": "structure", "members": {"Words": {"shape": "Words"}}},
	"Words": {"type": "structure", "eventstream": true, "members": {}},
	"Unused": {"type": "structure", "members": {}}}}`

func read(t testing.TB) *Service {
	t.Helper()
	s, err := Read("library", []byte(library))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func number(f float64) *float64 { return &f }

func TestReadKeepsWhatAClientNeeds(t *testing.T) {
	s := read(t)
	put := s.Operation("putBook")
	book, request := s.Shape("Book"), put.Input
	for what, pair := range map[string][2]any{
		"resource":         {s.Resource, "library"},
		"prefix":           {s.Prefix, "Library"},
		"signing name":     {s.SigningName, "lib"},
		"sigv4a":           {s.SigV4A, true},
		"protocols":        {s.Protocols, []Protocol{RESTXML, JSON}},
		"namespace":        {s.XMLNamespace, "http://lib/"},
		"query compatible": {s.QueryCompatible, true},

		"host":           {put.HostPrefix, "{Shelf}."},
		"unsigned body":  {put.UnsignedPayload, true},
		"checksum":       {put.ChecksumRequired, true},
		"checksums":      {put.Checksums, []string{"CRC32", "SHA1"}},
		"compression":    {put.Compression, []string{"gzip"}},
		"parameters":     {put.ContextParams, map[string]any{"A": true, "B": "b", "C": []string{"c", "d"}, "D": false}},
		"paths":          {put.ContextPaths, map[string]string{"Names": "keys(Tags)"}},
		"wrapper":        {put.ResultWrapper, "PutBookResult"},
		"unnamed":        {s.Operation("getBook").Name, "GetBook"},
		"unsigned":       {s.Operation("getBook").Unsigned, true},
		"old checksum":   {s.Operation("getBook").ChecksumRequired, true},
		"streams events": {s.Operation("listen").EventStream(), true},
		"streams none":   {put.EventStream(), false},

		"root of input":    {[]any{request.LocationName, request.XML}, []any{"Put", XML{URI: "http://put/"}}},
		"shape of input":   {[]any{s.Shape("PutBookRequest").LocationName, s.Shape("PutBookRequest").XML}, []any{"", XML{}}},
		"order of members": {[]string{book.Members[0].Name, book.Members[1].Name, book.Members[2].Name}, []string{"Zeta", "Alpha", "Sequel"}},
		"circle":           {book.Member("Sequel").Shape, book},
		"wire of root":     {book.Member("Sequel").Wire, ""},
		"required":         {[]bool{request.Member("Shelf").Required, request.Member("Body").Required}, []bool{true, false}},
		"host label":       {request.Member("Shelf").HostLabel, true},
		"locations":        {[]Location{request.Member("Shelf").Location, request.Member("Mode").Location, book.Member("Code").Location}, []Location{InPath, InHeaders, InStatus}},
		"flattened":        {[]bool{book.Member("Zeta").Flattened, book.Member("Alpha").Flattened}, []bool{true, true}},
		"streaming":        {request.Member("Body").Streaming, true},
		"formats":          {[]string{book.Member("At").TimestampFormat, book.Member("Due").TimestampFormat}, []string{"rfc822", "iso8601"}},
		"map":              {[]any{s.Shape("Tags").KeyName, s.Shape("Tags").ElementName, s.Shape("Tags").KeyXML.URI}, []any{"K", "V", "http://k/"}},
		"list":             {[]any{s.Shape("Pages").ElementName, s.Shape("Pages").ElementXML.URI}, []any{"page", "http://page/"}},
		"document":         {s.Shape("Anything").Type, Document},
		"bounds":           {[]*float64{s.Shape("Price").Max, s.Shape("Count").Min, s.Shape("Time").Min}, []*float64{number(0.25), number(-7), nil}},
		"exception":        {[]any{s.Shape("Lost").ErrorCode, s.Shape("Lost").Status, s.Shape("Lost").Fault, s.Shape("Lost").Throttles}, []any{"Book.Lost", 404, true, true}},
	} {
		if !reflect.DeepEqual(pair[0], pair[1]) {
			t.Errorf("%s: %v, want %v", what, pair[0], pair[1])
		}
	}
}

func TestReadRefusesWhatMakesNoSense(t *testing.T) {
	const metadata = `"metadata": {"protocol": "json"}`
	for text, want := range map[string]string{
		`{`:  "unexpected end",
		`{}`: "no protocol",
		`{` + metadata + `, "shapes": {"A": {"type": "tree"}}}`:                                                            `unknown type "tree"`,
		`{` + metadata + `, "shapes": {"A": {"type": "list"}}}`:                                                            "A lacks a reference",
		`{` + metadata + `, "shapes": {"A": {"type": "structure", "members": {"B": {"shape": "C"}}}}}`:                     `A.B refers to the shape "C", which is not there`,
		`{` + metadata + `, "shapes": {"A": {"type": "structure", "members": {"B": {"shape": "A", "location": "moon"}}}}}`: `A.B: unknown location "moon"`,
		`{` + metadata + `, "operations": {"A": {"input": {"shape": "B"}}}}`:                                               `A refers to the shape "B", which is not there`,
		`{` + metadata + `, "shapes": {"B": {"type": "string"}}, "operations": {"A": {"input": {"shape": "B"}}}}`:          "B is no structure",
		`{` + metadata + `, "operations": {"A": {"staticContextParams": {"P": {"value": 7}}}}}`:                            "7 is no boolean",
		`{` + metadata + `, "shapes": {"A": {"type": "list", "member": {"shape": "A"}}}}`:                                  "A is a list of itself",
		`{` + metadata + `, "operations": {"PutX": {}, "putX": {}}}`:                                                       "are one action",
		`{` + metadata + `, "shapes": {"A": {"type": "structure", "members": []}}}`:                                        "members",
	} {
		if _, err := Read("x", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: the error is %v, want %s", text, err, want)
		}
	}
}

func TestBotocoreIsReadFromItsDirectory(t *testing.T) {
	dir := fstest.MapFS{
		"__init__.py":                                      {Data: []byte("import os\n__version__ = '9.8.7'\n")},
		"data/_retry.json":                                 {Data: []byte(`{}`)},
		"data/partitions.json":                             {Data: []byte(`{ "partitions": [] }`)},
		"data/library/2019-01-01/service-2.json":           {Data: []byte(`{`)}, // too old to be looked at
		"data/library/2020-01-02/service-2.json":           {Data: []byte(library)},
		"data/library/2020-01-02/endpoint-rule-set-1.json": {Data: []byte(`{ "version": "1.0" }`)},
		"data/library/2021-01-01/paginators-1.json":        {Data: []byte(`{}`)}, // no model
		"data/sms-voice/2018-09-05/service-2.json":         {Data: []byte(`{`)},  // a twin
	}
	b, err := ReadBotocore(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Services) != 1 || b.Origin.Version != "9.8.7" || len(b.Origin.Sources) != 64 || b.Origin.Notice != Notice ||
		string(b.Rules["library"]) != `{"version":"1.0"}` || string(b.Partitions) != `{"partitions":[]}` {
		t.Errorf("%d services, rules %s, partitions %s, origin %v", len(b.Services), b.Rules, b.Partitions, b.Origin)
	}
	if _, err := ReadBotocore(fstest.MapFS{"a/b.txt": {}}, ""); err == nil || !strings.Contains(err.Error(), "there are no models") {
		t.Errorf("a directory without models: %v", err)
	}
	dir["data/library/2022-01-01/service-2.json"] = &fstest.MapFile{Data: []byte(`{}`)}
	if _, err := ReadBotocore(dir, ""); err == nil || !strings.Contains(err.Error(), "library/2022-01-01: model of library: no protocol") {
		t.Errorf("a bad model: %v", err)
	}
}
