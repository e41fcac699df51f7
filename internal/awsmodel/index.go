package awsmodel

import (
	_ "embed"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
)

//go:embed models.bin
var builtin string

// Index finds the models of services. Each is read when it is first asked for, and kept. An index is safe for
// concurrent use.
type Index struct {
	origins    []Origin
	entries    map[string]*entry // by resource
	partitions *file
}

// Entry is what the index knows of a service without reading its model.
type Entry struct {
	Folder     string // botocore's name
	ID         string
	Resource   string // in a Task's resource: "dynamodb"
	Prefix     string // of error names: "DynamoDb"
	Protocols  []Protocol
	Operations int // how many
}

type entry struct {
	Entry
	file         *file
	model, rules int // blocks; rules + 1, 0: none
	load         func() (*Service, error)
}

// Builtin returns the index of the models that are part of the program.
var Builtin = sync.OnceValue(func() *Index {
	x, err := Unpack(builtin)
	if err != nil {
		panic(fmt.Sprintf("awsmodel: models.bin: %v", err)) // it is part of the program
	}
	return x
})

// Open returns the index of the models in a file, see [Botocore.Pack], and of those that are part of the program: where
// both have a service, the file's is taken. The whole file is read and checked, so that later nothing can fail.
func Open(path string) (*Index, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	x, err := Unpack(string(data))
	if err == nil && !sound(string(data)) {
		err = errDamaged
	}
	if err == nil {
		err = x.Check()
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return x.over(Builtin()), nil
}

// over returns an index of both, in which x comes first.
func (x *Index) over(under *Index) *Index {
	both := &Index{origins: append(slices.Clone(x.origins), under.origins...), entries: maps.Clone(under.entries), partitions: x.partitions}
	maps.Copy(both.entries, x.entries)
	if x.partitions.spans[blockPartitions].inflated == 0 {
		both.partitions = under.partitions
	}
	return both
}

// Check reads every model, and says what is wrong with the first that cannot be read.
func (x *Index) Check() error {
	if _, err := x.partitions.block(blockPartitions, ""); err != nil {
		return fmt.Errorf("partitions: %w", err)
	}
	for _, resource := range slices.Sorted(maps.Keys(x.entries)) {
		e := x.entries[resource]
		s, err := e.read()
		if err == nil {
			_, err = e.endpointRules()
		}
		if err == nil && (s.Resource != e.Resource || len(s.operations) != e.Operations) {
			err = errDamaged
		}
		if err != nil {
			return fmt.Errorf("%s: %w", resource, err)
		}
	}
	return nil
}

func (e *entry) read() (*Service, error) {
	packed, err := e.file.block(e.model, "")
	if err != nil {
		return nil, err
	}
	s, err := decode(packed)
	if err != nil {
		return nil, err
	}
	s.rules = sync.OnceValue(func() []byte {
		rules, err := e.endpointRules()
		if err != nil {
			return nil // Check would have said so
		}
		return rules
	})
	return s, nil
}

func (e *entry) endpointRules() ([]byte, error) {
	if e.rules == 0 {
		return nil, nil
	}
	dictionary, err := e.file.dictionary()
	if err != nil {
		return nil, err
	}
	rules, err := e.file.block(e.rules-1, dictionary)
	return []byte(rules), err
}

// Origins says where the models come from; where several have a service, it is the first of them.
func (x *Index) Origins() []Origin { return slices.Clone(x.origins) }

// Services returns all services, by their names in resources.
func (x *Index) Services() []Entry {
	all := make([]Entry, 0, len(x.entries))
	for _, e := range x.entries {
		all = append(all, e.Entry)
	}
	slices.SortFunc(all, func(a, b Entry) int { return strings.Compare(a.Resource, b.Resource) })
	return all
}

// Find returns the model of a service by its name in resources ("dynamodb"); false if there is none.
func (x *Index) Find(resource string) (*Service, bool) {
	e := x.entries[resource]
	if e == nil {
		return nil, false
	}
	s, err := e.load()
	return s, err == nil // the models of an opened file have been checked
}

// Action returns an operation by its name in resources: "dynamodb", "putItem". It is false for a service or an action
// that the models do not have, and says nothing of whether a Task can call it: see [Unsupported].
func (x *Index) Action(resource, action string) (*Service, *Operation, bool) {
	s, ok := x.Find(resource)
	if !ok {
		return nil, nil, false
	}
	o := s.Operation(action)
	return s, o, o != nil
}

// Partitions returns what is known of the partitions and their regions, for endpoint rules: the JSON text of botocore's
// partitions.json.
func (x *Index) Partitions() []byte {
	text, err := x.partitions.block(blockPartitions, "")
	if err != nil {
		return nil // Check would have said so
	}
	return []byte(text)
}

// EndpointRules returns the rules by which the service's endpoint is found, as JSON text in the form of botocore's
// endpoint-rule-set-1.json; nil if there are none. The caller must not change it.
func (s *Service) EndpointRules() []byte {
	if s.rules == nil {
		return nil
	}
	return s.rules()
}
