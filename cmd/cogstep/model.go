package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/cogstep/cogstep/internal/awsmodel"
)

type modelCommand struct {
	List   modelListCommand   `cmd:"" help:"List the services, or the actions of one."`
	Show   modelShowCommand   `cmd:"" help:"Print the parameters, result and errors of an action."`
	Import modelImportCommand `cmd:"" help:"Pack the models of another botocore into a file, for --models."`
}

// modelFile chooses the models.
type modelFile struct {
	Models string `help:"File of models (cogstep model import) that go before those of the program." env:"COGSTEP_MODELS" placeholder:"FILE" type:"path"`
}

func (f modelFile) open() (*awsmodel.Index, error) {
	if f.Models == "" {
		return awsmodel.Builtin(), nil
	}
	return awsmodel.Open(f.Models)
}

type modelListCommand struct {
	Service string `arg:"" optional:"" help:"Name of a service in resources: the sqs of arn:aws:states:::aws-sdk:sqs:sendMessage."`
	JSON    bool   `name:"json" help:"Print JSON."`
	modelFile
}

// listedService and listedAction are what list prints as JSON.
type listedService struct {
	Service   string              `json:"service"`
	Prefix    string              `json:"errorPrefix"`
	ID        string              `json:"serviceId"`
	Botocore  string              `json:"botocore"`
	Protocols []awsmodel.Protocol `json:"protocols"`
	Actions   int                 `json:"actions"`
}

type listedAction struct {
	Action      string `json:"action"`
	Resource    string `json:"resource"`
	Unsupported string `json:"unsupported,omitempty"` // why
}

// Run prints the list.
func (c modelListCommand) Run(std streams) error {
	x, err := c.open()
	if err != nil {
		return err
	}
	if c.Service == "" {
		return c.services(x, std)
	}
	s, err := findService(x, c.Service)
	if err != nil {
		return err
	}
	var all []listedAction
	for _, o := range s.Operations() {
		reason, _ := x.Unsupported(s.Resource, o.Action)
		all = append(all, listedAction{o.Action, resourceOf(s, o), reason})
	}
	if c.JSON {
		return printJSON(std, all)
	}
	w := tabwriter.NewWriter(std.out, 0, 8, 2, ' ', 0)
	for _, a := range all {
		fmt.Fprint(w, a.Action)
		if a.Unsupported != "" {
			fmt.Fprintf(w, "\tunsupported: %s", a.Unsupported)
		}
		fmt.Fprintln(w)
	}
	return w.Flush()
}

func (c modelListCommand) services(x *awsmodel.Index, std streams) error {
	var all []listedService
	for _, e := range x.Services() {
		all = append(all, listedService{e.Resource, e.Prefix, e.ID, e.Folder, e.Protocols, e.Operations})
	}
	if c.JSON {
		return printJSON(std, all)
	}
	w := tabwriter.NewWriter(std.out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "SERVICE\tERRORS\tPROTOCOL\tACTIONS")
	for _, s := range all {
		fmt.Fprintf(w, "%s\t%s.…\t%s\t%d\n", s.Service, s.Prefix, s.Protocols[0], s.Actions)
	}
	return w.Flush()
}

func printJSON(std streams, v any) error {
	e := json.NewEncoder(std.out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// resourceOf is what a Task calls an operation by.
func resourceOf(s *awsmodel.Service, o *awsmodel.Operation) string {
	return "arn:aws:states:::aws-sdk:" + s.Resource + ":" + o.Action
}

// findService takes a service by its name in resources, and says what the user may have meant.
func findService(x *awsmodel.Index, name string) (*awsmodel.Service, error) {
	if s, ok := x.Find(name); ok {
		return s, nil
	}
	if reason, yes := x.Unsupported(name, ""); yes {
		return nil, fmt.Errorf("there is no model of %s: %s", name, reason)
	}
	for _, e := range x.Services() {
		if strings.EqualFold(name, e.Resource) || strings.EqualFold(name, e.Folder) || strings.EqualFold(name, e.ID) {
			return nil, fmt.Errorf("there is no service %s: in resources it is %s", name, e.Resource)
		}
	}
	return nil, fmt.Errorf("there is no service %s: 'cogstep model list' has them all, 'cogstep model import' adds newer ones", name)
}

type modelImportCommand struct {
	Dir     string `arg:"" type:"existingdir" help:"Botocore's directory (…/site-packages/botocore) or a data directory in its form."`
	To      string `default:"models.bin" help:"File to write." placeholder:"FILE" type:"path"`
	Version string `help:"Botocore's version, if the directory does not say it." placeholder:"VERSION"`
}

// Run packs the models. The file appears whole or not at all.
func (c modelImportCommand) Run(std streams) error {
	b, err := awsmodel.ReadBotocore(os.DirFS(c.Dir), c.Version)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Dir, err)
	}
	packed, err := b.Pack()
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(c.To), filepath.Base(c.To)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone already, if all went well
	_, err = f.Write(packed)
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Chmod(f.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(f.Name(), c.To)
	}
	if err != nil {
		return err
	}
	version := b.Origin.Version
	if version == "" {
		version = "of an unknown version"
	}
	_, err = fmt.Fprintf(std.out, "%s: %d services of botocore %s, %d KB\n", filepath.Base(c.To), len(b.Services), version, len(packed)>>10)
	return err
}
