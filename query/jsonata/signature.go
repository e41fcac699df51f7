package jsonata

import (
	"math"
	"strconv"
	"strings"
)

// signature checks and completes the arguments of a function. Its notation is the reference's: "<s-(nb)a<s>?:x>". Each
// type is a letter; "-" takes the context item if the argument is not given, "?" makes it optional, "+" lets it repeat.
type signature struct {
	params []param
}

// param is a parameter: at least min and at most max arguments with one of the types.
type param struct {
	kind     string // as written: a letter or a choice
	types    string // letters that match; m is a missing value
	subtype  string // of arrays
	min, max int
	context  bool // may be taken from the context
}

// typesOf are the letters that match a type.
func typesOf(letter byte) string {
	switch letter {
	case 's', 'n', 'b', 'l', 'o':
		return string(letter) + "m"
	case 'a', 'x':
		return "asnblfom"
	case 'j':
		return "asnblom"
	case 'f':
		return "f"
	}
	return ""
}

// plurals are the names of types in T0412.
var plurals = map[string]string{
	"a": "arrays", "b": "booleans", "f": "functions", "n": "numbers", "o": "objects", "s": "strings",
}

// parseSignature reads a notation. With an error comes the offset that it is about. Errors: S0401, S0402.
func parseSignature(notation string) (*signature, int, *Error) {
	s := &signature{}
	last := &param{}
	for i := 1; i < len(notation) && notation[i] != ':'; i++ {
		switch c := notation[i]; c {
		case '-':
			last.context, last.min = true, 0
		case '?':
			last.min = 0
		case '+':
			last.max = math.MaxInt
		case '(':
			end := closing(notation, i, '(', ')')
			choice := notation[min(i+1, end):end]
			if strings.Contains(choice, "<") {
				return nil, i, fail("S0402", text(choice))
			}
			last = s.add(param{kind: "(" + choice + ")", types: choice + "m"})
			i = end
		case '<':
			if last.kind != "a" && last.kind != "f" {
				return nil, i, fail("S0401", text(last.kind))
			}
			end := closing(notation, i, '<', '>')
			last.subtype = notation[min(i+1, end):end]
			i = end
		default:
			if types := typesOf(c); types != "" {
				last = s.add(param{kind: string(c), types: types})
			}
		}
	}
	return s, 0, nil
}

// mustSignature reads a notation of ours.
func mustSignature(notation string) *signature {
	s, _, err := parseSignature(notation)
	if err != nil {
		panic("signature " + notation + ": " + err.Code)
	}
	return s
}

func (s *signature) add(p param) *param {
	p.min, p.max = 1, 1
	s.params = append(s.params, p)
	return &s.params[len(s.params)-1]
}

// closing returns the offset of the bracket that closes the one at start, or the length of the notation.
func closing(notation string, start int, open, shut byte) int {
	depth := 0
	for i := start; i < len(notation); i++ {
		switch notation[i] {
		case shut:
			if depth--; depth == 0 {
				return i
			}
		case open:
			depth++
		}
	}
	return len(notation)
}

// letter returns the type of a value in the notation.
func letter(v value) byte { return "mlbnsaof"[v.kind] }

// match shares out letters among parameters: counts[i] of them go to parameter i. Parameters take as many as they can
// unless that leaves later ones without. If whole is true, no letter may be left.
func match(params []param, letters []byte, counts []int, whole bool) bool {
	if len(params) == 0 {
		return !whole || len(letters) == 0
	}
	p := params[0]
	most := 0
	for most < len(letters) && most < p.max && strings.IndexByte(p.types, letters[most]) >= 0 {
		most++
	}
	for n := most; n >= p.min; n-- {
		if match(params[1:], letters[n:], counts[1:], whole) {
			counts[0] = n
			return true
		}
	}
	return false
}

// validate returns the arguments as the function gets them: one for each parameter, more for those that repeat.
// Errors: T0410, T0411, T0412.
func (s *signature) validate(args []value, context value) ([]value, error) {
	var letterRoom [8]byte
	letters := letterRoom[:0]
	for _, a := range args {
		letters = append(letters, letter(a))
	}
	var countRoom [8]int
	counts := countRoom[:]
	if len(s.params) > len(counts) {
		counts = make([]int, len(s.params))
	}
	if !match(s.params, letters, counts, true) {
		return nil, s.mismatch(args, letters)
	}
	valid := make([]value, 0, max(len(args), len(s.params)))
	next := 0
	for i := range s.params {
		p := &s.params[i]
		switch {
		case counts[i] > 0:
			for range counts[i] {
				a, err := p.accept(args[next], next+1)
				if err != nil {
					return nil, err
				}
				valid = append(valid, a)
				next++
			}
		case p.context:
			if strings.IndexByte(p.types, letter(context)) < 0 {
				return nil, fail("T0411", context).with("index", strconv.Itoa(next+1))
			}
			valid = append(valid, context)
		case next < len(args):
			valid = append(valid, args[next])
			next++
		default:
			valid = append(valid, undefined)
		}
	}
	return valid, nil
}

// mismatch says which argument is the first that does not fit.
func (s *signature) mismatch(args []value, letters []byte) *Error {
	counts := make([]int, len(s.params))
	good := 0
	for i := range s.params {
		if !match(s.params[:i+1], letters, counts, false) {
			break
		}
		good = 0
		for _, n := range counts[:i+1] {
			good += n
		}
	}
	bad := undefined
	if good < len(args) {
		bad = args[good]
	}
	return fail("T0410", bad).with("index", strconv.Itoa(good+1))
}

// accept returns an argument in the form that the parameter asks for: where it is an array, what is none becomes
// one.
func (p *param) accept(a value, index int) (value, error) {
	if p.kind != "a" || a.isUndefined() {
		return a, nil
	}
	if p.subtype != "" && !p.holds(a) {
		return undefined, fail("T0412", a).with("index", strconv.Itoa(index)).with("type", quote(plurals[p.subtype]))
	}
	if a.kind != arrayKind {
		return list(a), nil
	}
	return a, nil
}

// holds reports whether all items of an argument have the parameter's subtype.
func (p *param) holds(a value) bool {
	if a.kind != arrayKind {
		return string(letter(a)) == p.subtype
	}
	for _, item := range a.array().items {
		if letter(item) != p.subtype[0] {
			return false
		}
	}
	return true
}
