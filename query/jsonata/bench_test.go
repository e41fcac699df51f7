package jsonata

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cogstep/cogstep/query"
)

// benchmarks are the shapes of expressions that workflows have most.
var benchmarks = []struct{ name, expr string }{
	{"Path", `$states.input.order.customer.name`},
	{"Arithmetic", `($states.input.order.total * 1.19 + 4.99 - $states.input.order.discount) / 2`},
	{"MapFilter100", `$map($filter($states.input.items, function($i){$i.price > 50}), function($i){$i.price * $i.quantity})`},
	{"ObjectAndSum", `{"id": $states.input.order.id, "name": $states.input.order.customer.name, "count": $count($states.input.items), "total": $sum($states.input.items.price)}`},
	{"Concat", `"Order " & $states.input.order.id & " of " & $uppercase($states.input.order.customer.name) & ": " & $states.input.order.total`},
	{"Conditional", `$states.input.order.total > 1000 ? "large" : $states.input.order.total > 100 ? "medium" : "small"`},
}

// benchmarkStates is $states: 100 items, 6 KB.
func benchmarkStates() string {
	items := make([]string, 100)
	for i := range items {
		items[i] = fmt.Sprintf(`{"sku":"SKU-%04d","price":%d.5,"quantity":%d}`, i, i, i%7+1)
	}
	return `{"input":{"order":{"id":"O-4711","total":250.75,"discount":10,"customer":{"name":"Ada Lovelace","tier":"gold"}},"items":[` +
		strings.Join(items, ",") + `]},"context":{"State":{"Name":"Price"}}}`
}

func BenchmarkEval(b *testing.B) {
	states, err := query.Parse(benchmarkStates())
	if err != nil {
		b.Fatal(err)
	}
	in := Input{Vars: bindings{"states": states}, Now: fixedNow}
	for _, m := range benchmarks {
		b.Run(m.name, func(b *testing.B) {
			program, err := Compile(m.expr)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := program.Eval(context.Background(), in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	for _, m := range benchmarks {
		b.Run(m.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Compile(m.expr); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkReference measures the same under node and reports it as reference-ns/op.
func BenchmarkReference(b *testing.B) {
	folder := referenceFolder(b)
	expressions := map[string]string{}
	for _, m := range benchmarks {
		expressions[m.name] = m.expr
	}
	in, err := json.Marshal(map[string]any{"states": json.RawMessage(benchmarkStates()), "expressions": expressions})
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command("node", filepath.Join("testdata", "bench.mjs"), folder)
	cmd.Stdin, cmd.Stderr = strings.NewReader(string(in)), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		b.Fatal(err)
	}
	var results map[string]float64
	if err := json.Unmarshal(out, &results); err != nil {
		b.Fatal(err)
	}
	for b.Loop() { // the loop forgets what was reported before
	}
	for name, ns := range results {
		b.ReportMetric(ns, strings.ReplaceAll(name, " ", "-")+"-ns")
	}
}
