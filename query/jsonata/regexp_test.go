package jsonata

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// steps is an allowance of so many steps.
type stepsLeft int

var errNoSteps = errors.New("no steps left")

func (s *stepsLeft) spend(n int) error {
	if *s -= stepsLeft(n); *s < 0 {
		return errNoSteps
	}
	return nil
}

func (s *stepsLeft) reserve(n int) error { return s.spend(n / 64) }

// found returns the text of a match and of its groups; "-" is a group that took no part.
func found(s string, at []int) []string {
	var out []string
	for i := 0; i < len(at); i += 2 {
		if at[i] < 0 {
			out = append(out, "-")
			continue
		}
		out = append(out, s[at[i]:at[i+1]])
	}
	return out
}

func TestRegularExpressionsFindWhatJavaScriptFinds(t *testing.T) {
	for _, c := range []struct {
		source, flags, text string
		want                string // match and groups, separated by "|"; "" for no match
		backtracks          bool
	}{
		{"b+", "", "abbc", "bb", false},
		{"(a)|(b)", "", "b", "b|-|b", false},
		{"HAT", "i", "a hat", "hat", false},
		{"k", "i", "\u212a", "", false},
		{"[^k]", "i", "K", "", false},
		{"ſ", "i", "s", "", false},
		{"é", "i", "É", "É", false},
		{"^b", "", "a\nb", "", false},
		{"^b$", "m", "a\rb\u2028c", "b", true},
		{".+", "", "a\u2028b", "a", false},
		{`\s`, "", "a\ufeff", "\ufeff", false},
		{`\w+`, "", "é_1", "_1", false},
		{`(\w+)\s\1`, "", "the the cat", "the the|the", true},
		{`(?<a>.)(?<b>.)\k<b>\k<a>`, "", "xabba", "abba|a|b", true},
		{`\k<a>`, "", "k<a>", "k<a>", false},
		{"a(?=b)", "", "acab", "a", true},
		{"a(?!b)", "", "abac", "a", true},
		{"(?=(a+))a*b\\1", "", "baaabac", "aba|a", true},
		{`(?<=\$)\d+`, "", "€1 $42", "42", true},
		{`(?<!\$)\b\d+`, "", "$42 17", "17", true},
		{`(?<=(\d+)(\d+))$`, "", "1053", "|1|053", true},
		{"(?:(a)|b)*", "", "ab", "ab|-", true},
		{"(z)((a+)?(b+)?(c))*", "", "zaacbbbcac", "zaacbbbcac|z|ac|a|-|c", true},
		{"(a*)*", "", "b", "|-", true},
		{"(a*)?b", "", "b", "b|-", true},
		{"(a+)+b", "", "aab", "aab|aa", false},
		{"a{2,3}?", "", "aaaa", "aa", false},
		{"a{,3}", "", "a{,3}", "a{,3}", false},
		{"[\\w-.]+", "", "a-.b!", "a-.b", false},
		{"[]", "", "a", "", false},
		{"[^]", "", "\n", "\n", false},
		{`\u0041\x42\cJ`, "", "AB\n", "AB\n", false},
		{`\ud83d\ude00`, "", "😀", "😀", false},
		{`\101\0`, "", "A\x00", "A\x00", false},
		{`\8`, "", "8", "8", false},
		{"]}{", "", "]}{", "]}{", false},
		{"(?:)", "", "a", "", false},
		{"a{1001}", "", strings.Repeat("a", 1001), strings.Repeat("a", 1001), true},
	} {
		t.Run(c.source+"/"+c.flags, func(t *testing.T) {
			r, err := compileRegexp(c.source, c.flags)
			if err != nil {
				t.Fatal(err)
			}
			if r.start == nil != c.backtracks {
				t.Errorf("uses the backtracking matcher: %v", r.start == nil)
			}
			budget := stepsLeft(1e6)
			at, err := r.find(&budget, c.text, 0)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(found(c.text, at), "|"); got != c.want {
				t.Errorf("found %q, want %q", got, c.want)
			}
		})
	}
}

func TestBothMatchersAgreeWhereBothCanMatch(t *testing.T) {
	for _, source := range []string{"a|ab", "(a|b)c?", "(?:ab)+", `\b\w`, "^a", "a$", "(a+)(b*?)c", "[^b-d]+", "x*", "((a)(b))c"} {
		tree, groups, err := parseRegex(source, false)
		if err != nil {
			t.Fatal(err)
		}
		program, err := compileProgram(tree, groups, false, false)
		if err != nil {
			t.Fatal(err)
		}
		fast, err := compileRegexp(source, "")
		if err != nil || fast.start == nil {
			t.Fatal(source, err)
		}
		slow := &regex{groups: groups, program: program}
		for _, text := range []string{"", "a", "ab", "abab c", "xabc", "aabbc", "ab\nabc", "é a"} {
			for from := 0; from <= len(text); from++ {
				if from > 0 && from < len(text) && text[from]&0xc0 == 0x80 {
					continue
				}
				budget := stepsLeft(1e6)
				want, err1 := slow.find(&budget, text, from)
				got, err2 := fast.find(&budget, text, from)
				if diff := cmp.Diff(want, got); diff != "" || err1 != nil || err2 != nil {
					t.Errorf("/%s/ in %q from %d: %v %v %s", source, text, from, err1, err2, diff)
				}
			}
		}
	}
}

func TestRegularExpressionsThatAreNoneAreRefused(t *testing.T) {
	for source, want := range map[string]string{
		"+":                                      "Nothing to repeat",
		"a**":                                    "Nothing to repeat",
		"{1}":                                    "Nothing to repeat",
		"(?<=a)*":                                "Invalid quantifier",
		"(a":                                     "Unterminated group",
		"a)":                                     "Unmatched ')'",
		"[a":                                     "Unterminated character class",
		"[b-a]":                                  "Range out of order in character class",
		"a{2,1}":                                 "numbers out of order in {} quantifier",
		"(?a)":                                   "Invalid group",
		"(?<1>a)":                                "Invalid capture group name",
		"(?<a>.)(?<a>.)":                         "Duplicate capture group name",
		`(?<a>.)\k<b>`:                           "Invalid named capture referenced",
		`(?<a>.)\k`:                              "Invalid named reference",
		"a{30000}":                               "Regular expression too large",
		"(?=a{20000}){20000}":                    "Regular expression too large",
		strings.Repeat("(", 10_000):              "Regular expression too large",
		"(?:(?:(?:(?=){9000}){9000}){9000})(?=)": "Regular expression too large",
	} {
		_, err := compileRegexp(source, "i")
		if err == nil || !strings.HasSuffix(err.Error(), "/gi: "+want) {
			t.Errorf("%.20s: %v, want %s", source, err, want)
		}
	}
}

func TestMatchingStopsWhenTheBudgetIsExhausted(t *testing.T) {
	long := strings.Repeat("a", 10_000) + "b"
	for _, source := range []string{`^(?=(a+)+$)`, `(a*)*c`, `(a)\1*c`, "x", "a*?$"} {
		r, err := compileRegexp(source, "")
		if err != nil {
			t.Fatal(err)
		}
		budget := stepsLeft(10)
		if _, err := r.find(&budget, long, 0); !errors.Is(err, errNoSteps) {
			t.Errorf("/%s/: %v", source, err)
		}
	}
}

func FuzzRegularExpressionsNeitherPanicNorHang(f *testing.F) {
	f.Add(`(?<n>a|[^b-d]{2,3}?)*\1(?=$)(?<!\k<n>)`, "abcabc", true)
	f.Fuzz(func(t *testing.T, source, text string, fold bool) {
		flags := map[bool]string{true: "im"}[fold]
		r, err := compileRegexp(source, flags)
		if err != nil {
			return
		}
		budget := stepsLeft(100_000)
		at, err := r.find(&budget, text, 0)
		if err == nil && at != nil && len(at) != 2*(r.groups+1) {
			t.Errorf("%d bounds for %d groups", len(at), r.groups)
		}
	})
}
