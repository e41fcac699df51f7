package template

import (
	"path/filepath"
	"strings"
)

// stateMachine makes a state machine from an AWS::Serverless::StateMachine or AWS::StepFunctions::StateMachine.
func (l *loader) stateMachine(e *evaluator, id string, r *value) StateMachine {
	properties := r.get("Properties")
	m := StateMachine{LogicalID: id, Name: e.nameOf(r, id), RoleARN: l.opts.role(id + "Role"), file: e.file}
	e.checkName(r, kindNamed(r.get("Type").text).nameProperty, m.Name)
	for _, name := range []string{"Type", "StateMachineType"} {
		if t := properties.get(name); t != nil {
			m.Express = e.text(t, name) == "EXPRESS"
		}
	}
	for _, name := range []string{"Role", "RoleArn"} {
		if role := e.eval(properties.get(name)); role.scalar() {
			m.RoleARN = role.text
		}
	}
	for _, name := range []string{"Logging", "LoggingConfiguration"} {
		m.Logging += e.configuration(properties.get(name))
	}
	for _, name := range []string{"Tracing", "TracingConfiguration"} {
		m.Tracing += e.configuration(properties.get(name))
	}
	m.Tags = e.tags(properties.get("Tags"))
	l.definition(e, &m, r)
	return m
}

// definition finds the definition of a state machine in its properties.
func (l *loader) definition(e *evaluator, m *StateMachine, r *value) {
	properties := r.get("Properties")
	inline, str, uri := properties.get("Definition"), properties.get("DefinitionString"), properties.get("DefinitionUri")
	switch {
	case properties.get("DefinitionS3Location") != nil:
		e.fail(properties.get("DefinitionS3Location"), "a definition in S3 cannot be read; point DefinitionUri at a local file, or use Definition")
	case inline != nil:
		m.origin = e.eval(inline)
		if m.origin == nil || m.origin.kind != object {
			m.origin = e.fail(inline, "Definition wants an object")
		}
		m.Definition = string(m.origin.appendJSON(nil, ""))
	case str != nil:
		m.origin = str
		m.Definition = e.text(str, "DefinitionString")
	case uri != nil:
		x := e.eval(uri)
		if !x.scalar() || strings.HasPrefix(x.text, "s3://") {
			e.fail(uri, "a definition in S3 cannot be read; point DefinitionUri at a local file")
			return
		}
		path := filepath.Join(filepath.Dir(e.file), x.text)
		if filepath.IsAbs(x.text) {
			path = x.text
		}
		src, err := l.readFile(path)
		if err != nil {
			e.fail(uri, "the definition cannot be read: %v", err)
			return
		}
		e.definition(m, path, src)
	default:
		e.fail(r, "the state machine has no definition; give it DefinitionUri, Definition or DefinitionString")
	}
	m.Definition = e.substituted(m.Definition, properties.get("DefinitionSubstitutions"))
	if len(m.Definition) > textBytesMax {
		e.fail(r, "the definition is longer than %d bytes", textBytesMax)
	}
}

// definition takes a definition from the text of a file: JSON as it is, YAML made into JSON.
func (e *evaluator) definition(m *StateMachine, path, src string) {
	m.file, m.Definition = path, src
	if ext := filepath.Ext(path); ext != ".yaml" && ext != ".yml" {
		return
	}
	v, err := readYAML(src)
	if err != nil {
		at := *e
		at.file = path
		f := err.(*fault) // readYAML gives no others
		at.fail(&value{line: f.line, column: f.column}, "%s", f.message)
		e.errors = at.errors
		return
	}
	m.origin, m.Definition = v, string(v.appendJSON(nil, ""))
}

// substituted fills DefinitionSubstitutions into a definition. Placeholders that have none stay as they are, as in the
// service: the compiler objects to them where they make no sense.
func (e *evaluator) substituted(definition string, substitutions *value) string {
	given := e.eval(substitutions)
	if given == nil || len(given.members) == 0 {
		return definition
	}
	return substitute(definition, func(name string) (string, bool) {
		x := given.get(name)
		return e.orEmpty(x), x != nil
	})
}

func (e *evaluator) orEmpty(v *value) string {
	if v == nil {
		return ""
	}
	return e.text(v, "DefinitionSubstitutions")
}

// configuration returns a configuration as the API spells it: CloudFormation's names begin with capitals.
func (e *evaluator) configuration(v *value) string {
	x := e.eval(v)
	if x == nil || x.kind != object {
		return ""
	}
	return string(uncapitalized(x).appendJSON(nil, ""))
}

func uncapitalized(v *value) *value {
	made := v.at(v.kind, v.text)
	for _, item := range v.items {
		made.items = append(made.items, uncapitalized(item))
	}
	for _, m := range v.members {
		name := m.name
		if name != "" {
			name = strings.ToLower(name[:1]) + name[1:]
		}
		made.members = append(made.members, member{name, uncapitalized(m.value)})
	}
	return made
}

// tags reads tags in either form: SAM's object or CloudFormation's list of Key and Value.
func (e *evaluator) tags(v *value) map[string]string {
	x := e.eval(v)
	if x == nil {
		return nil
	}
	tags := map[string]string{}
	for _, m := range x.members {
		tags[m.name] = e.text(m.value, "Tags")
	}
	for _, item := range x.items {
		if k := item.get("Key"); k != nil && item.get("Value") != nil {
			tags[e.text(k, "Key")] = e.text(item.get("Value"), "Value")
		}
	}
	return tags
}
