package template

import "strings"

// pseudo returns the value of a pseudo parameter.
func (e *evaluator) pseudo(v *value, name string) (x *value, ok bool) {
	s := e.opts.Scope
	switch name {
	case "AWS::NoValue":
		return nil, true
	case "AWS::Region":
		return v.at(text, s.Region), true
	case "AWS::AccountId":
		return v.at(text, s.Account), true
	case "AWS::Partition":
		return v.at(text, "aws"), true
	case "AWS::StackName":
		return v.at(text, stackName), true
	case "AWS::StackId":
		return v.at(text, "arn:aws:cloudformation:"+s.Region+":"+s.Account+":stack/"+stackName+"/local"), true
	case "AWS::URLSuffix":
		return v.at(text, "amazonaws.com"), true
	case "AWS::NotificationARNs":
		return v.at(list, ""), true
	}
	return nil, false
}

// stackName is what a template that is run here is called.
const stackName = "cogstep"

// isListParameter reports whether v refers to a parameter that is a list.
func (e *evaluator) isListParameter(v *value) bool {
	name := v.get("Ref")
	if name == nil {
		return false
	}
	return listType(e.root.path("Parameters", name.text, "Type"))
}

func listType(t *value) bool {
	return t != nil && (t.text == "CommaDelimitedList" || strings.HasPrefix(t.text, "List<"))
}

// parameter returns the value of a parameter: what the options say, or its default.
func (e *evaluator) parameter(v *value, name string) (x *value, ok bool) {
	p := e.root.path("Parameters", name)
	if p == nil {
		return nil, false
	}
	given := p.get("Default")
	if s, ok := e.opts.Parameters[name]; ok {
		given = v.at(text, s)
	}
	if !given.scalar() {
		return e.fail(v, "the parameter %s has no default; give it one, or a value with --parameter %s=VALUE", name, name), true
	}
	if !listType(p.get("Type")) {
		return v.at(text, given.text), true
	}
	made := v.at(list, "")
	for part := range strings.SplitSeq(given.text, ",") {
		made.items = append(made.items, v.at(text, strings.TrimSpace(part)))
	}
	return made, true
}

func (e *evaluator) findInMap(v, arg *value) *value {
	if arg.kind != list || len(arg.items) < 3 || len(arg.items) > 4 {
		return e.fail(v, "Fn::FindInMap wants the names of a mapping and of two levels of keys")
	}
	var names []string
	for _, a := range arg.items[:3] {
		names = append(names, e.text(a, "Fn::FindInMap"))
	}
	found := e.root.path("Mappings", names[0], names[1], names[2])
	switch {
	case found != nil:
		return found
	case len(arg.items) == 4 && arg.items[3].get("DefaultValue") != nil:
		return e.eval(arg.items[3].get("DefaultValue"))
	}
	return e.fail(v, "there is no mapping %s", strings.Join(names, " / "))
}

// condition evaluates the condition of that name.
func (e *evaluator) condition(v *value, name string) bool {
	c := e.root.path("Conditions", name)
	if c == nil {
		e.fail(v, "there is no condition called %q", name)
		return false
	}
	if known, ok := e.conditions[name]; ok {
		return known
	}
	key := "condition " + name
	if e.resolving[key] {
		e.fail(v, "the condition %s depends on itself", name)
		return false
	}
	e.resolving[key] = true
	e.conditions[name] = e.holds(c)
	delete(e.resolving, key)
	return e.conditions[name]
}

// holds evaluates what stands under Conditions.
func (e *evaluator) holds(c *value) bool {
	if len(c.members) != 1 {
		e.fail(c, "a condition is one of Fn::Equals, Fn::And, Fn::Or, Fn::Not and Condition")
		return false
	}
	name, arg := c.members[0].name, c.members[0].value
	switch name {
	case "Condition":
		return e.condition(arg, e.text(arg, name))
	case "Fn::Equals":
		args := e.args(c, arg, name, 2)
		return args != nil && e.text(args[0], name) == e.text(args[1], name)
	case "Fn::Not":
		args := e.args(c, arg, name, 1)
		return args != nil && !e.holds(args[0])
	case "Fn::And", "Fn::Or":
		for _, x := range arg.items {
			if e.holds(x) == (name == "Fn::Or") {
				return name == "Fn::Or"
			}
		}
		return name == "Fn::And"
	}
	e.fail(c, "%s is no function of conditions", name)
	return false
}
