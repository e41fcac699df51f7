package asl_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// span is where a value stands in a JSON text, and the name of the member that it is.
type span struct {
	pointer    string
	name       int // offset of the name's opening quote; -1 if it is no member
	start, end int
	children   []string // pointers, in order
}

// spans returns the places of all values by JSON pointer. It knows nothing of the compiler's own reader: the positions
// that diagnostics give are judged by it.
func spans(t *testing.T, text string) map[string]*span {
	t.Helper()
	all := map[string]*span{}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	next := func() (json.Token, int) {
		from := int(decoder.InputOffset())
		token, err := decoder.Token()
		if err != nil {
			t.Fatalf("the text is no JSON: %v", err)
		}
		return token, from + len(text[from:]) - len(strings.TrimLeft(text[from:], " \t\r\n,:"))
	}
	var value func(pointer string, name int)
	value = func(pointer string, name int) {
		token, start := next()
		s := &span{pointer: pointer, name: name, start: start}
		if all[pointer] == nil { // of two members with one name the first
			all[pointer] = s
		}
		if token == json.Delim('{') || token == json.Delim('[') {
			for i := 0; decoder.More(); i++ {
				child, at := pointer+"/"+itoa(i), -1
				if token == json.Delim('{') {
					var key json.Token
					key, at = next()
					child = pointer + "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(key.(string))
				}
				s.children = append(s.children, child)
				value(child, at)
			}
			next()
		}
		s.end = int(decoder.InputOffset())
	}
	value("", -1)
	return all
}

func itoa(i int) string { return string(mustJSON(i)) }

func mustJSON(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return text
}

// find returns the place of one value.
func find(t *testing.T, text, pointer string) *span {
	t.Helper()
	s := spans(t, text)[pointer]
	if s == nil {
		t.Fatalf("there is no %s", pointer)
	}
	return s
}

// position returns the line and the column of an offset, both from 1; columns count characters.
func position(text string, offset int) (line, column int) {
	before := text[:offset]
	return strings.Count(before, "\n") + 1, utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
}

// spoil returns the base with the edits made. What is not edited keeps its place.
func (c broken) spoil(t *testing.T) string {
	t.Helper()
	text := c.base
	for _, edit := range c.edits {
		if all, ok := strings.CutPrefix(edit, "text"); ok {
			text = strings.TrimPrefix(all, " ")
			continue
		}
		if from, to, ok := strings.Cut(edit, "' -> '"); ok && edit[0] == '\'' {
			from, to = from[1:], to[:len(to)-1]
			if !strings.Contains(text, from) {
				t.Fatalf("the base has no %s", from)
			}
			text = strings.Replace(text, from, to, 1)
			continue
		}
		verb := strings.IndexAny(edit, "=-~+")
		for verb > 0 && edit[verb-1] != ' ' {
			verb += 1 + strings.IndexAny(edit[verb+1:], "=-~+")
		}
		pointer, operand := below(strings.TrimSpace(edit[:verb])), strings.TrimSpace(edit[verb+1:])
		if pointer == "/" {
			pointer = ""
		}
		switch edit[verb] {
		case '=':
			text = set(t, text, pointer, operand)
		case '-':
			text = remove(t, text, pointer)
		case '~':
			s := find(t, text, pointer)
			text = text[:s.name] + string(mustJSON(operand)) + text[strings.IndexByte(text[s.name+1:], '"')+s.name+2:]
		case '+':
			text = insert(t, text, pointer, operand)
		}
	}
	return text
}

// set gives the value at pointer another text.
func set(t *testing.T, text, pointer, value string) string {
	if s := spans(t, text)[pointer]; s != nil {
		return text[:s.start] + value + text[s.end:]
	}
	return insert(t, text, pointer, value)
}

// insert adds a last member or element.
func insert(t *testing.T, text, pointer, value string) string {
	slash := strings.LastIndexByte(pointer, '/')
	name := strings.NewReplacer("~1", "/", "~0", "~").Replace(pointer[slash+1:])
	parent := find(t, text, pointer[:slash])
	if text[parent.start] == '{' {
		value = string(mustJSON(name)) + ": " + value
	}
	if len(parent.children) == 0 {
		return text[:parent.start+1] + value + text[parent.start+1:]
	}
	last := find(t, text, parent.children[len(parent.children)-1]).end
	return text[:last] + ", " + value + text[last:]
}

// remove takes a member or element and one comma away.
func remove(t *testing.T, text, pointer string) string {
	s := find(t, text, pointer)
	from, to := s.start, s.end
	if s.name >= 0 {
		from = s.name
	}
	siblings := find(t, text, pointer[:strings.LastIndexByte(pointer, '/')]).children
	switch {
	case len(siblings) == 1:
	case siblings[len(siblings)-1] == pointer:
		from = find(t, text, siblings[len(siblings)-2]).end
	default:
		to += strings.IndexByte(text[to:], ',') + 1
	}
	return text[:from] + text[to:]
}
