package jsonata

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cogstep/cogstep/query"
)

const (
	hostileTimeMax   = 2 * time.Second
	hostileMemoryMax = 200 << 20 // bytes, of the whole process
	hostileChild     = "COGSTEP_JSONATA_HOSTILE"
)

// hostile expressions try to hang the process, to fill its memory or to overflow its stack. codes are the errors that are
// documented for each; "" is a result.
var hostile = []struct {
	name, expr string
	codes      string
}{
	{"NonTailRecursion", `($f := function($n){1 + $f($n + 1)}; $f(0))`, "U1001"},
	{"TailRecursion", `($f := function($n){$f($n + 1)}; $f(0))`, "U1001"},
	{"MutualRecursion", `($f := function($n){[$g($n)]}; $g := function($n){[$f($n)]}; $f(0))`, "U1001"},
	{"RecursionThroughMap", `($f := function($n){$map([1], function($x){$f($n + 1)})}; $f(0))`, "U1001"},
	{"RecursionThroughObjects", `($f := function($n){{"a": $f($n + 1)}}; $f(0))`, "U1001"},
	{"PadToGigabyte", `$pad("x", 1000000000)`, "U1002"},
	{"PadToPetabyte", `$pad("x", 1e15)`, "U1002"},
	{"RangeOfRanges", `[1..20000].[1..20000]`, "U1001 U1002"},
	{"RangeTooLong", `[1..1e9]`, "D2014"},
	{"AppendDoubling", `($f := function($a, $n){$n = 0 ? $count($a) : $f($append($a, $a), $n - 1)}; $f([1..1000], 40))`, "U1001 U1002"},
	{"StringDoubling", `($f := function($s, $n){$n = 0 ? $length($s) : $f($s & $s, $n - 1)}; $f("xxxxxxxxxxxxxxxx", 60))`, "U1002"},
	{"ReplaceDoubling", `($f := function($s, $n){$n = 0 ? $length($s) : $f($replace($s, "x", "xx"), $n - 1)}; $f("xxxx", 60))`, "U1001 U1002"},
	{"JoinBomb", `$length($join([1..1000000].("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"), "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"))`, "U1001 U1002"},
	{"StringBomb", `($a := [1..1000]; $b := $map($a, function($x){$a}); $c := $map($a, function($x){$b}); $length($string($c)))`, "U1001 U1002"},
	{"RegexNestedQuantifier", `"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab" ~> /^(a+)+$/ ~> $exists`, ""},
	{"RegexBackReference", `$contains("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", /^(a+)+\1$/)`, "U1001"},
	{"RegexLookAhead", `$contains("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", /^(?=(a+)+$)(a+)+$/)`, "U1001"},
	{"NestedParentheses", strings.Repeat("(", 100000) + "1" + strings.Repeat(")", 100000), "U1001"},
	{"NestedArrays", strings.Repeat("[", 100000) + "1" + strings.Repeat("]", 100000), "U1001"},
	{"NestedNegation", strings.Repeat("-", 100000) + "a", "U1001"},
	{"LongSum", "1" + strings.Repeat("+1", 100000), "U1001"},
	{"LongPath", "a" + strings.Repeat(".a", 100000), " U1001"},
	{"LongChain", "1" + strings.Repeat(" ~> $string", 100000), "U1001"},
	{"DescendantsOfDeepData", `**`, " U1001 U1002"},
	{"FormatHugeIntegerInWords", `$formatInteger(1e300, "w")`, " U1001 U1002"},
	{"FormatHugeIntegerInRoman", `$formatInteger(1e300, "I")`, "U1002 D1001"},
	{"FormatDateWide", `$fromMillis(0, "[Y,1000000000]")`, "U1002"},
	{"ParseDateWide", `$toMillis("2020", "` + strings.Repeat("[Y,1-1000]", 1000) + `")`, "U1001 U1002 D3136"},
	{"FormatWithManySeparators", `$formatInteger(5, $pad("", -200000, ",;") & "0;0")`, "U1001 D3130"},
	{"FormatIrregularGroups", `$formatInteger(5, "#" & $pad("", 200000, ",:#") & "0")`, "U1001"},
	{"FormatNumberWithManySeparators", `$formatNumber(5, "#" & $pad("", 200000, ",##,#") & "0")`, "U1001"},
	{"FormatZeroWithExponent", `$formatNumber(0, "0.0e0")`, ""},
	{"FormatNegativeWithExponent", `$formatNumber(-12.5, "0.0e0")`, ""},
	{"SortNeverContent", `$count($sort([1..100000], function($a, $b){true}))`, " U1001 U1002"},
	{"YCombinator", `($y := function($f){$f($f)}; $y(function($f){$f($f)}))`, "U1001"},
	{"YCombinatorNonTail", `($y := function($f){[$f($f)]}; $y($y))`, "U1001"},
	{"PowerOverflow", `$power(10, 400)`, "D3061"},
	{"NumberOverflow", `1e308 * 10`, "D1001"},
	{"RoundFar", `$round(1.5, 1000000000)`, " D1001"},
	{"SplitAtNothing", `$split("x", /x*?/)`, "D1004"},
	{"ReduceGrowing", `$length($reduce([1..1000000], function($a, $b){$a & "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}, ""))`, "U1001 U1002"},
	{"EvalOfItself", `($s := "$eval($s)"; $eval($s))`, "U1001 D3121"},
}

func TestHostileExpressionsAreContained(t *testing.T) {
	if testing.Short() || raceEnabled() {
		t.Skip("NOT RUN: starts a process for each expression; the race detector multiplies time and memory")
	}
	for i, h := range hostile {
		t.Run(h.name, func(t *testing.T) {
			cmd := exec.Command(os.Args[0], "-test.run=^TestHostileChild$", "-test.timeout=20s")
			out := filepath.Join(t.TempDir(), "report.json")
			cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d,%s", hostileChild, i, out))
			if log, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("the process died: %v\n%s", err, short(string(log)))
			}
			report := readReport(t, out)
			t.Logf("%q %v, %d MB", report.Code, report.Elapsed.Round(time.Millisecond), report.PeakBytes>>20)
			if !documented(h.codes, report.Code) {
				t.Errorf("ended with %q (%s), want one of %q", report.Code, report.Message, h.codes)
			}
			if report.Elapsed > hostileTimeMax || report.PeakBytes > hostileMemoryMax {
				t.Errorf("took %v and %d bytes", report.Elapsed, report.PeakBytes)
			}
		})
	}
}

// documented reports whether code is one of codes, which are separated by single spaces.
func documented(codes, code string) bool {
	for _, c := range strings.Split(codes, " ") {
		if c == code {
			return true
		}
	}
	return false
}

// hostileReport is what the child says about its expression.
type hostileReport struct {
	Code      string
	Message   string
	Elapsed   time.Duration
	PeakBytes int
}

func readReport(t *testing.T, file string) (r hostileReport) {
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(content, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// TestHostileChild is the process that evaluates one hostile expression.
func TestHostileChild(t *testing.T) {
	number, out, ok := strings.Cut(os.Getenv(hostileChild), ",")
	if !ok {
		t.Skip("runs as a child of TestHostileExpressionsAreContained")
	}
	i, err := strconv.Atoi(number)
	if err != nil {
		t.Fatal(err)
	}
	data := query.StringValue("leaf")
	for range 9000 {
		data = query.ArrayValue([]query.Value{data})
	}
	start := time.Now()
	_, err = question{expr: hostile[i].expr, data: data, limit: 30 * time.Second}.ask()
	r := hostileReport{Elapsed: time.Since(start), PeakBytes: peakBytes(t)}
	if err != nil {
		r.Code, r.Message = coded(err).Code, coded(err).Error()
		if r.Code == "" {
			r.Code = "uncoded"
		}
	}
	report, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(out, report, 0o600); err != nil {
		t.Fatal(err)
	}
}

var highWater = regexp.MustCompile(`VmHWM:\s+([0-9]+) kB`)

// peakBytes is the most memory that this process had: resident on Linux, elsewhere taken from the system.
func peakBytes(t *testing.T) int {
	if status, err := os.ReadFile("/proc/self/status"); err == nil {
		if m := highWater.FindSubmatch(status); m != nil {
			kilobytes, err := strconv.Atoi(string(m[1]))
			if err != nil {
				t.Fatal(err)
			}
			return kilobytes << 10
		}
	}
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int(stats.Sys)
}

// raceEnabled reports whether the race detector is built in: it multiplies time and memory.
func raceEnabled() bool {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return false
	}
	for _, s := range info.Settings {
		if s.Key == "-race" {
			return s.Value == "true"
		}
	}
	return false
}
