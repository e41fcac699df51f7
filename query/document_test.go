package query

import (
	"sync"
	"testing"
)

func TestDocumentsKeepTheirText(t *testing.T) {
	const text = "{\"a\": [1,  2.0]}\n"
	d, err := NewDocument(text)
	if err != nil || d.Text() != text || d.Size() != len(text) {
		t.Fatalf("%q, %v", d.Text(), err)
	}
	a, _ := d.Value().Get("a")
	if got := FromValue(a).Text(); got != "[1,  2.0]" {
		t.Errorf("part: %s", got)
	}
	if got := FromValue(d.Value()).Text() + "\n"; got != text {
		t.Errorf("root: %s", got)
	}
	if d.Exceeds(len(text)) || !d.Exceeds(len(text)-1) || !FromValue(a).Exceeds(3) {
		t.Error("Exceeds is not about the length of the text")
	}
}

func TestDocumentsThatAreNotThereAreUndefined(t *testing.T) {
	var none *Document
	for _, d := range []*Document{none, Trusted("{"), FromValue(Value{})} {
		if !d.Value().IsUndefined() {
			t.Errorf("%q has the value %s", d.Text(), d.Value().JSON())
		}
	}
	if _, err := NewDocument("{"); err == nil {
		t.Error("accepted")
	}
}

func TestDocumentsMayBeSharedByGoroutines(t *testing.T) {
	built := FromValue(ArrayValue([]Value{IntValue(1)}))
	parsed := Trusted(`[1]`)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if !Equal(built.Value(), parsed.Value()) || built.Text() != parsed.Text() {
				t.Error("differ")
			}
		})
	}
	all.Wait()
}

func TestLazyDocumentsAreBuiltOnceOnFirstNeed(t *testing.T) {
	for name, look := range map[string]func(*Document) bool{
		"Value":   func(d *Document) bool { return d.Value().JSON() == `[1,2]` },
		"Text":    func(d *Document) bool { return d.Text() == `[1,2]` },
		"Size":    func(d *Document) bool { return d.Size() == 5 },
		"Exceeds": func(d *Document) bool { return d.Exceeds(4) && !d.Exceeds(5) },
	} {
		builds := 0
		d := Lazy(func() Value { builds++; return ArrayValue([]Value{IntValue(1), IntValue(2)}) })
		if builds != 0 || !look(d) || !look(d) || builds != 1 {
			t.Errorf("%s: %d builds, text %s", name, builds, d.Text())
		}
	}
}
