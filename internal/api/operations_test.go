package api

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/cogstep/cogstep/internal/api/model"
)

func TestEveryOperationIsServed(t *testing.T) {
	service := model.Load()
	for _, name := range service.Names() {
		if operations[name] == nil {
			t.Errorf("%s is not served", name)
		}
	}
	for name := range operations {
		if service.Operations[name] == nil {
			t.Errorf("%s is served but not in the service model", name)
		}
	}
}

// commonErrors are errors that the service answers without naming them in its model.
var commonErrors = []string{
	"ThrottlingException", "InternalFailure", "ServiceUnavailable", "UnknownOperationException", "SerializationException",
	"ValidationException",
}

func TestEveryErrorCodeIsOneThatClientsKnow(t *testing.T) {
	service := model.Load()
	code := regexp.MustCompile(`fail\("([A-Za-z]+)"|&Error\{"([A-Za-z]+)"`)
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, f := range files {
		if regexp.MustCompile(`_test\.go$|[^o]$`).MatchString(f.Name()) {
			continue
		}
		text, err := os.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range code.FindAllStringSubmatch(string(text), -1) {
			name := m[1] + m[2]
			seen++
			shape := service.Shapes[name]
			if (shape == nil || !shape.Exception) && !slices.Contains(commonErrors, name) {
				t.Errorf("%s uses the error code %s, which the service does not have", f.Name(), name)
			}
		}
	}
	if seen < 20 {
		t.Errorf("found %d error codes only: the search is broken", seen)
	}
}
