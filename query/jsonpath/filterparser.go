package jsonpath

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/cogstep/cogstep/query"
)

// filter reads (…) behind '[?'.
func (p *parser) filter() selector {
	p.skipSpace()
	p.want("(")
	test := p.or()
	p.skipSpace()
	p.want(")")
	return filter{test}
}

func (p *parser) or() condition {
	p.deeper()
	defer p.shallower()
	test := p.and()
	for p.err == nil && p.operatorComes("||") {
		test = either{test, p.and()}
	}
	return test
}

func (p *parser) and() condition {
	test := p.unary()
	for p.err == nil && p.operatorComes("&&") {
		test = both{test, p.unary()}
	}
	return test
}

func (p *parser) operatorComes(text string) bool {
	p.skipSpace()
	return p.take(text)
}

func (p *parser) unary() condition {
	p.skipSpace()
	switch {
	case p.take("!"):
		p.deeper()
		defer p.shallower()
		return not{p.unary()}
	case p.take("("):
		test := p.or()
		p.skipSpace()
		p.want(")")
		return test
	}
	return p.comparison()
}

func (p *parser) comparison() condition {
	left := p.operand()
	p.skipSpace()
	compare := p.operator()
	if compare == nil {
		return p.alone(left)
	}
	p.skipSpace()
	return comparison{compare, left, p.operand()}
}

// alone makes a condition of an operand without an operator.
func (p *parser) alone(o operand) condition {
	switch o := o.(type) {
	case place:
		return exists(o)
	case literal:
		if o.constant.Kind() == query.Boolean {
			return always(o.constant.Bool())
		}
	}
	p.fail("Expected an operator")
	return always(false)
}

func (p *parser) operator() operator {
	if p.take("=~") {
		return equal // never asked: the pattern compares
	}
	for _, sign := range signs {
		if p.take(sign.text) {
			return sign.compare
		}
	}
	word := p.word()
	compare := words[strings.ToLower(word)]
	if compare == nil && word != "" {
		p.fail("Filter operator %s is not supported!", word)
	}
	return compare
}

func (p *parser) word() string {
	start := p.pos
	for !p.done() && (unicode.IsLetter(rune(p.source[p.pos])) || p.source[p.pos] == '_') {
		p.pos++
	}
	return p.source[start:p.pos]
}

// operand reads a path, a constant or a pattern.
func (p *parser) operand() operand {
	switch {
	case p.take("@"):
		return place{p.steps("@")}
	case p.take("$"):
		return place{p.steps("$")}
	case p.at("/"):
		return p.pattern()
	}
	return literal{p.constant()}
}

func (p *parser) constant() query.Value {
	p.skipSpace()
	switch {
	case p.at("'") || p.at(`"`):
		_, text := p.quoted()
		return query.StringValue(unescape(text))
	case p.at("["):
		return p.list()
	case p.at("{"):
		return p.object()
	}
	start := p.pos
	for !p.done() && strings.IndexByte(" \t\r\n),]&|=!<>", p.source[p.pos]) < 0 {
		p.pos++
	}
	text := p.source[start:p.pos]
	v, err := query.Parse(text)
	switch {
	case err == nil:
		return v
	case bareWord.MatchString(text):
		return query.StringValue(text)
	}
	p.fail("Expected a value")
	return query.Value{}
}

// bareWord is a text without quotes. Jayway refuses it, but there are definitions that have it, [?(@.Key == Name)],
// inside the arguments of intrinsic functions.
var bareWord = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)

func (p *parser) list() query.Value {
	p.deeper()
	defer p.shallower()
	p.want("[")
	var elements []query.Value
	p.skipSpace()
	for p.err == nil && !p.at("]") {
		elements = append(elements, p.constant())
		p.skipSpace()
		if !p.take(",") {
			break
		}
	}
	p.want("]")
	return query.ArrayValue(elements)
}

// object reads a JSON object.
func (p *parser) object() query.Value {
	depth, inString := 0, false
	for i := p.pos; i < len(p.source); i++ {
		switch c := p.source[i]; {
		case c == '\\' && inString:
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{':
			depth++
		case c == '}':
			depth--
			if depth > 0 {
				continue
			}
			v, err := query.Parse(p.source[p.pos : i+1])
			if err != nil {
				p.fail("Expected a JSON object")
			}
			p.pos = min(i+1, len(p.source))
			return v
		}
	}
	p.fail("The object is not closed")
	return query.Value{}
}

// pattern reads /expression/flags.
func (p *parser) pattern() operand {
	p.want("/")
	start := p.pos
	for !p.done() && p.source[p.pos] != '/' {
		if p.source[p.pos] == '\\' {
			p.pos++
		}
		p.pos++
	}
	if p.pos >= len(p.source) {
		p.pos = len(p.source)
		p.fail("The pattern is not closed")
		return pattern{}
	}
	text := strings.ReplaceAll(p.source[start:p.pos], `\/`, "/")
	p.want("/")
	expression, err := regexp.Compile(p.flags() + `\A(?:` + text + `)\z`)
	if err != nil {
		p.fail("The pattern cannot be used: %s", err)
	}
	return pattern{expression}
}

// flags reads Java's letters of pattern flags and returns Go's group for them. Flags about Unicode and line ends
// change nothing.
func (p *parser) flags() string {
	var group string
	for _, letter := range p.word() {
		switch letter {
		case 'i', 's', 'm':
			group += string(letter)
		case 'u', 'U', 'd':
		default:
			p.fail("The pattern flag '%c' is not supported", letter)
		}
	}
	if group == "" {
		return ""
	}
	return "(?" + group + ")"
}

// call reads the arguments of a function. The function has to end its path.
func (p *parser) call(word string) *call {
	f := functions[word]
	if f == nil {
		p.fail("Function with name: %s does not exist.", word)
	}
	p.want("(")
	p.deeper()
	defer p.shallower()
	c := &call{function: f}
	p.skipSpace()
	for p.err == nil && !p.at(")") {
		c.arguments = append(c.arguments, p.operand())
		p.skipSpace()
		if !p.take(",") {
			break
		}
		p.skipSpace()
	}
	p.want(")")
	return c
}
