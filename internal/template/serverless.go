package template

import (
	"strings"
)

// serverless adds what a serverless.yml declares: its functions, and the state machines and activities of the
// serverless-step-functions plugin. It is turned into the template that the framework would deploy, as far as that matters
// here, and read like any other: so references of either kind lead where they should.
// Source: Serverless Framework documentation, "Serverless.yml Reference"; README of serverless-step-functions.
func (l *loader) serverless(path string, root *value) {
	e := newEvaluator(path, root, l.opts)
	r := &variables{loader: l, e: e, root: root, resolving: map[string]bool{}, files: map[string]*value{}, stage: "dev"}
	if stage, ok := l.opts.Parameters["stage"]; ok {
		r.stage = stage
	} else if given := r.get("provider", "stage"); given.scalar() {
		r.stage = given.text
	}
	s := &service{r: r, name: "service", ids: map[string]string{}, resources: root.at(object, "")}
	if name := r.get("service"); name.scalar() {
		s.name = name.text
	} else if name := r.get("service", "name"); name.scalar() {
		s.name = name.text
	}
	s.functions()
	s.machines()
	if own := r.deep(r.get("resources", "Resources")); own != nil && own.kind == object {
		s.resources.members = append(s.resources.members, own.members...)
	}
	l.errors = append(l.errors, e.errors...)
	made := root.at(object, "")
	made.members = []member{{"Resources", s.resources}}
	for _, part := range []string{"Conditions", "Mappings", "Parameters"} {
		if own := r.deep(r.get("resources", part)); own != nil {
			made.members = append(made.members, member{part, own})
		}
	}
	l.template(path, made)
}

// service is a serverless.yml on its way to a template.
type service struct {
	r         *variables
	name      string
	ids       map[string]string // logical ids of functions, by the name that the file has for them
	resources *value
}

// Defaults of the framework where they are not Lambda's.
const (
	serverlessTimeoutSeconds = "6"
	serverlessMemoryMB       = "1024"
)

func (s *service) add(id, kind string, at, properties *value) {
	r := at.at(object, "")
	r.members = []member{{"Type", at.at(text, kind)}, {"Properties", properties}}
	s.resources.members = append(s.resources.members, member{id, r})
}

// parts returns the members of an object, or of a list of objects that together are one.
func (s *service) parts(v *value) []member {
	v = s.r.shallow(v)
	if v == nil {
		return nil
	}
	members := v.members
	for _, item := range v.items {
		if part := s.r.shallow(item); part != nil {
			members = append(members, part.members...)
		}
	}
	return members
}

func (s *service) functions() {
	provider := s.r.get("provider")
	parts := s.parts(s.r.get("functions"))
	for _, m := range parts {
		s.ids[m.name] = normalized(m.name) + "LambdaFunction"
	}
	for _, m := range parts {
		f := s.r.shallow(m.value)
		if f == nil || f.kind != object {
			s.r.e.fail(m.value, "the function %s is not an object", m.name)
			continue
		}
		properties := f.at(object, "")
		set := func(name string, v *value) {
			if v != nil && v.kind != null {
				properties.members = append(properties.members, member{name, v})
			}
		}
		property := func(name, otherwise string) *value {
			for _, from := range []*value{f, provider} {
				if v := s.r.deep(s.r.shallow(from).get(name)); v != nil && v.kind != null {
					return v
				}
			}
			if otherwise == "" {
				return nil
			}
			return f.at(number, otherwise)
		}
		set("FunctionName", s.r.deep(f.get("name")))
		if properties.get("FunctionName") == nil {
			set("FunctionName", f.at(text, s.name+"-"+s.r.stage+"-"+m.name))
		}
		set("Handler", s.r.deep(f.get("handler")))
		set("Runtime", property("runtime", ""))
		set("Timeout", property("timeout", serverlessTimeoutSeconds))
		set("MemorySize", property("memorySize", serverlessMemoryMB))
		set("ReservedConcurrentExecutions", s.r.deep(f.get("reservedConcurrency")))
		if f.get("image") != nil {
			set("PackageType", f.at(text, "Image"))
		}
		set("Environment", s.environment(f, provider))
		s.add(s.ids[m.name], "AWS::Lambda::Function", f, s.renamed(properties))
	}
}

// environment is the function's variables over the provider's.
func (s *service) environment(f, provider *value) *value {
	variables := f.at(object, "")
	for _, from := range []*value{f, provider} {
		given := s.r.deep(from.get("environment"))
		if given == nil {
			continue
		}
		for _, m := range given.members {
			if variables.get(m.name) == nil && m.value.kind != null {
				variables.members = append(variables.members, m)
			}
		}
	}
	made := f.at(object, "")
	made.members = []member{{"Variables", variables}}
	return made
}

func (s *service) machines() {
	section := s.r.get("stepFunctions")
	if section == nil {
		return
	}
	for _, m := range s.parts(section.get("stateMachines")) {
		given := s.r.shallow(m.value)
		if given == nil || given.kind != object {
			s.r.e.fail(m.value, "the state machine %s is not an object", m.name)
			continue
		}
		properties := given.at(object, "")
		for _, p := range []struct{ from, to string }{{"name", "StateMachineName"}, {"type", "StateMachineType"}, {"role", "RoleArn"}, {"tags", "Tags"}, {"definition", "Definition"}} {
			v := s.r.deep(given.get(p.from))
			switch {
			case v == nil && p.from == "name":
				v = given.at(text, m.name)
			case v == nil:
				continue
			case p.from == "definition" && v.kind == text:
				p.to = "DefinitionString"
			}
			properties.members = append(properties.members, member{p.to, v})
		}
		id := normalized(m.name) + "StepFunctionsStateMachine"
		if given := s.r.deep(given.get("id")); given.scalar() {
			id = given.text
		}
		s.add(id, "AWS::StepFunctions::StateMachine", given, s.renamed(properties))
	}
	activities := s.r.deep(section.get("activities"))
	if activities == nil {
		return
	}
	for _, a := range activities.items {
		properties := a.at(object, "")
		properties.members = []member{{"Name", a}}
		s.add(normalized(a.text)+"StepFunctionsActivity", "AWS::StepFunctions::Activity", a, properties)
	}
}

// renamed returns v with references to functions by their names in the file made references to their logical ids.
func (s *service) renamed(v *value) *value {
	made := v.at(v.kind, v.text)
	made.bad = v.bad
	for _, item := range v.items {
		made.items = append(made.items, s.renamed(item))
	}
	for _, m := range v.members {
		made.members = append(made.members, member{m.name, s.renamed(m.value)})
	}
	if len(made.members) != 1 {
		return made
	}
	arg := made.members[0].value
	switch made.members[0].name {
	case "Ref":
		s.rename(arg)
	case "Fn::GetAtt":
		if arg.kind == list && len(arg.items) > 0 {
			s.rename(arg.items[0])
		} else if function, attribute, ok := strings.Cut(arg.text, "."); ok && s.ids[function] != "" {
			arg.text = s.ids[function] + "." + attribute
		}
	}
	return made
}

func (s *service) rename(v *value) {
	if id := s.ids[v.text]; id != "" {
		v.text = id
	}
}

// normalized is how the framework makes a logical id of a name.
func normalized(name string) string {
	if name == "" {
		return name
	}
	return strings.NewReplacer("-", "Dash", "_", "Underscore").Replace(strings.ToUpper(name[:1]) + name[1:])
}
