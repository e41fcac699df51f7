package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/cogstep/cogstep/asl"
	"github.com/cogstep/cogstep/internal/awsmodel"
)

// definitionBytesMax bounds what is read of a file that is said to be a definition.
const definitionBytesMax = 16 << 20

// readDefinition reads a definition from a file, or from standard input if path is "-". YAML becomes JSON.
func readDefinition(path string, std streams) (text string, err error) {
	var raw []byte
	if path == "-" {
		raw, err = io.ReadAll(io.LimitReader(std.in, definitionBytesMax))
	} else {
		raw, err = os.ReadFile(path)
	}
	if err != nil {
		return "", err
	}
	switch filepath.Ext(path) {
	case ".yaml", ".yml":
		raw, err = yaml.YAMLToJSON(raw)
		if err != nil {
			return "", fmt.Errorf("%s: %w", path, err)
		}
	}
	return string(raw), nil
}

// compile compiles a definition and reports what is wrong with it.
func compile(path, text string, express bool, std streams) (*asl.Machine, error) {
	m, diagnostics := asl.Compile(text, asl.Options{Express: express, Services: awsmodel.Builtin()})
	report(std.err, path, diagnostics)
	if m == nil {
		return nil, errFailed
	}
	return m, nil
}

// report prints diagnostics the way compilers do. Positions of YAML files are those of the JSON made from them, so
// only the location is printed.
func report(w io.Writer, path string, diagnostics asl.Diagnostics) {
	for _, d := range diagnostics {
		place := fmt.Sprintf("%s:%d:%d", path, d.Line, d.Column)
		if ext := filepath.Ext(path); ext == ".yaml" || ext == ".yml" {
			place = path
		}
		fmt.Fprintf(w, "%s: %s: %s: %s", place, strings.ToLower(string(d.Severity)), d.Code, d.Message)
		if d.Location != "" {
			fmt.Fprintf(w, " (at %s)", d.Location)
		}
		fmt.Fprintln(w)
	}
}

type validateCommand struct {
	Files   []string `arg:"" help:"Definitions (.asl.json, .asl.yaml); - for standard input."`
	Express bool     `help:"Check as the definition of an Express state machine."`
	Strict  bool     `help:"Fail for warnings too."`
	modelFile
}

// Run checks each file. It fails if one of them has an error.
func (c validateCommand) Run(std streams) error {
	models, err := c.open()
	if err != nil {
		return err
	}
	failed := false
	for _, path := range c.Files {
		text, err := readDefinition(path, std)
		if err != nil {
			return err
		}
		m, diagnostics := asl.Compile(text, asl.Options{Express: c.Express, Services: models})
		report(std.out, path, diagnostics)
		if m == nil || c.Strict && len(diagnostics) > 0 {
			failed = true
			continue
		}
		fmt.Fprintf(std.out, "%s: ok\n", path)
	}
	if failed {
		return errFailed
	}
	return nil
}
