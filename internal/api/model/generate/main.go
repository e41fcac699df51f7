// Command generate trims a botocore service model to what the server checks requests and answers against.
//
//	go run ./internal/api/model/generate SERVICE-2.JSON > internal/api/model/service.json
package main

import (
	"encoding/json"
	"fmt"
	"os"
)

// notice travels with the data: it is derived from Amazon's public model.
const notice = "Derived from the botocore project's stepfunctions/2016-11-23/service-2.json. " +
	"Copyright Amazon.com, Inc. or its affiliates. Licensed under the Apache License 2.0. Documentation removed."

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run() error {
	if len(os.Args) != 2 {
		return fmt.Errorf("usage: generate SERVICE-2.JSON")
	}
	raw, err := os.ReadFile(os.Args[1])
	if err != nil {
		return err
	}
	var model map[string]any
	if err := json.Unmarshal(raw, &model); err != nil {
		return fmt.Errorf("%s: %w", os.Args[1], err)
	}
	strip(model)
	model["notice"] = notice
	enc := json.NewEncoder(os.Stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	return enc.Encode(model)
}

// strip removes the prose at every level.
func strip(v any) {
	switch v := v.(type) {
	case map[string]any:
		if _, ok := v["documentation"].(string); ok {
			delete(v, "documentation")
		}
		for _, e := range v {
			strip(e)
		}
	case []any:
		for _, e := range v {
			strip(e)
		}
	}
}
