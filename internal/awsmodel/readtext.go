package awsmodel

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// modelText is the form of a service-2.json, as far as it is read.
type modelText struct {
	Metadata struct {
		ServiceID        string `json:"serviceId"`
		APIVersion       string
		EndpointPrefix   string
		SigningName      string
		SignatureVersion string
		Auth             []string
		Protocol         string
		Protocols        []string
		JSONVersion      string `json:"jsonVersion"`
		TargetPrefix     string
		XMLNamespace     XML       `json:"xmlNamespace"`
		QueryCompatible  *struct{} `json:"awsQueryCompatible"`
		GlobalEndpoint   string
	}
	Operations map[string]operationText
	Shapes     map[string]shapeText
}

type operationText struct {
	Name string
	HTTP struct {
		Method string
		URI    string `json:"requestUri"`
	}
	Endpoint         struct{ HostPrefix string }
	Input, Output    *refText
	Errors           []refText
	Idempotent       bool
	ReadOnly         bool
	Deprecated       bool
	AuthType         string
	Auth             []string
	UnsignedPayload  bool
	ChecksumRequired bool `json:"httpChecksumRequired"`
	Checksum         struct {
		Required           bool   `json:"requestChecksumRequired"`
		AlgorithmMember    string `json:"requestAlgorithmMember"`
		ValidationMember   string `json:"requestValidationModeMember"`
		ResponseAlgorithms []string
	} `json:"httpChecksum"`
	Compression   struct{ Encodings []string }               `json:"requestcompression"`
	Discovery     struct{ Required bool }                    `json:"endpointdiscovery"`
	StaticContext map[string]struct{ Value json.RawMessage } `json:"staticContextParams"`
	InputContext  map[string]struct{ Path string }           `json:"operationContextParams"`
}

type refText struct {
	Shape         string
	LocationName  string
	XML           XML `json:"xmlNamespace"`
	ResultWrapper string
}

type memberText struct {
	refText
	name             string
	Location         string
	QueryName        string
	Flattened        bool
	Streaming        bool
	IdempotencyToken bool
	JSONValue        bool
	HostLabel        bool
	XMLAttribute     bool
	TimestampFormat  string
	ContextParam     struct{ Name string }
}

type shapeText struct {
	Type               string
	Members            membersText
	Member, Key, Value *refText
	Required           []string
	Enum               []string
	Min, Max           *float64
	LocationName       string
	XML                XML `json:"xmlNamespace"`
	Payload            string
	TimestampFormat    string
	Flattened          bool
	Streaming          bool
	EventStream        bool
	Document           bool
	Union              bool
	Sparse             bool
	Sensitive          bool
	Wrapper            bool
	Exception          bool
	Fault              bool
	Error              struct {
		Code   string
		Status int `json:"httpStatusCode"`
	}
	Retryable struct{ Throttling bool }
}

// membersText are the members of a structure in the order of the text.
type membersText []memberText

// UnmarshalJSON reads an object and keeps the order of its members.
func (m *membersText) UnmarshalJSON(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	if brace, err := d.Token(); err != nil || brace != json.Delim('{') {
		return fmt.Errorf("members are an object, not %.20s", text)
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		var member memberText
		if err := d.Decode(&member); err != nil {
			return err
		}
		member.name, _ = name.(string)
		*m = append(*m, member)
	}
	return nil
}

// UnmarshalJSON reads a namespace, which some models write as its URI alone.
func (x *XML) UnmarshalJSON(text []byte) error {
	if strings.HasPrefix(string(text), `"`) {
		return json.Unmarshal(text, &x.URI)
	}
	var object struct{ Prefix, URI string }
	err := json.Unmarshal(text, &object)
	*x = object
	return err
}
