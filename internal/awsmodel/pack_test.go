package awsmodel

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// bytesMax is what the models may add to the program.
const bytesMax = 4 << 20

func TestTheModelsOfTheProgramAreWhole(t *testing.T) {
	if !sound(builtin) {
		t.Error("the checksum of models.bin is wrong: make models")
	}
	x := Builtin()
	if err := x.Check(); err != nil {
		t.Error(err)
	}
	if len(builtin) > bytesMax {
		t.Errorf("%d bytes", len(builtin))
	}
	operations := 0
	for _, e := range x.Services() {
		operations += e.Operations
		s, _ := x.Find(e.Resource)
		if s.Folder != e.Folder || s.ID != e.ID || s.Prefix != e.Prefix || !reflect.DeepEqual(s.Protocols, e.Protocols) || s.SigningName == "" {
			t.Errorf("%v is the service %s %s %s %v", e, s.Folder, s.ID, s.Prefix, s.Protocols)
		}
		for _, p := range e.Protocols {
			switch p {
			case JSON, RESTJSON, RESTXML, Query, EC2, CBOR:
			default:
				t.Errorf("%s speaks %q", e.Resource, p)
			}
		}
		for _, o := range s.Operations() {
			if o.Method == "" || o.URI == "" || s.Operation(o.Action) != o {
				t.Errorf("%s:%s is %s %s", e.Resource, o.Action, o.Method, o.URI)
			}
		}
		if rules := s.EndpointRules(); !json.Valid(rules) {
			t.Errorf("%s has the endpoint rules %.40q", e.Resource, rules)
		}
	}
	if services := len(x.Services()); services < 400 || operations < 15_000 {
		t.Errorf("only %d services with %d operations", services, operations)
	}
	if !json.Valid(x.Partitions()) {
		t.Error("the partitions are no JSON")
	}
}

func TestOriginTravelsWithTheModels(t *testing.T) {
	origin := Builtin().Origins()[0]
	for _, want := range []string{"botocore", "Apache License 2.0", "Amazon.com, Inc."} {
		if !strings.Contains(origin.Notice, want) {
			t.Errorf("the notice does not mention %s: %s", want, origin.Notice)
		}
	}
	if origin.Version == "" || len(origin.Sources) != 64 {
		t.Errorf("the origin is %v", origin)
	}
}

// pack packs the library, with rules, and a service that shares them.
func pack(t testing.TB) []byte {
	t.Helper()
	other, err := Read("other", []byte(`{"metadata": {"serviceId": "Other", "protocol": "json"}}`))
	if err != nil {
		t.Fatal(err)
	}
	rules := []byte(`{"version":"1.0"}`)
	b := &Botocore{
		Origin: Origin{"1.2.3", "hash", "notice"}, Services: []*Service{read(t), other},
		Rules: map[string][]byte{"library": rules, "other": rules}, Partitions: []byte(`{"partitions":[]}`),
	}
	packed, err := b.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return packed
}

func TestWhatIsPackedIsUnpacked(t *testing.T) {
	packed := pack(t)
	if again := pack(t); !bytes.Equal(packed, again) {
		t.Error("equal models give different bytes")
	}
	x, err := Unpack(string(packed))
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Check(); err != nil {
		t.Fatal(err)
	}
	want := read(t)
	s, ok := x.Find("library")
	if !ok {
		t.Fatal("there is no library")
	}
	if got := string(s.EndpointRules()); got != `{"version":"1.0"}` {
		t.Errorf("endpoint rules %s", got)
	}
	if !reflect.DeepEqual(s.Operations(), want.Operations()) {
		t.Errorf("operations %+v\nwant %+v", s.Operations(), want.Operations())
	}
	if !reflect.DeepEqual(s.Exceptions(), want.Exceptions()) || len(s.Exceptions()) != 2 {
		t.Errorf("exceptions %+v\nwant %+v", s.Exceptions(), want.Exceptions())
	}
	if s.Shape("Unused") != nil {
		t.Error("a shape is kept that nothing refers to")
	}
	// Everything that is plain is equal, too.
	plain := *s
	plain.operations, plain.shapes, plain.rules = want.operations, want.shapes, nil
	if !reflect.DeepEqual(&plain, want) {
		t.Errorf("service %+v\nwant %+v", plain, *want)
	}
	if got := x.Origins(); !reflect.DeepEqual(got, []Origin{{"1.2.3", "hash", "notice"}}) {
		t.Errorf("origins %v", got)
	}
	if got := string(x.Partitions()); got != `{"partitions":[]}` {
		t.Errorf("partitions %s", got)
	}
}

func TestTwoModelsOfOneServiceAreRefused(t *testing.T) {
	b := &Botocore{Services: []*Service{read(t), read(t)}}
	if _, err := b.Pack(); err == nil || !strings.Contains(err.Error(), "both of the service library") {
		t.Errorf("the error is %v", err)
	}
}

func TestAFileOfModelsLiesOverThoseOfTheProgram(t *testing.T) {
	dir := t.TempDir()
	b := &Botocore{Origin: Origin{Version: "9"}}
	for _, id := range []string{"Brand New", "SQS"} {
		s, err := Read("folder-"+id, []byte(`{"metadata": {"serviceId": "`+id+`", "protocol": "json"}, "operations": {"DoIt": {"http": {}}}}`))
		if err != nil {
			t.Fatal(err)
		}
		b.Services = append(b.Services, s)
	}
	packed, err := b.Pack()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "models")
	if err := os.WriteFile(path, packed, 0o600); err != nil {
		t.Fatal(err)
	}
	x, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	for call, want := range map[string]bool{"brandnew:doIt": true, "sqs:doIt": true, "sqs:sendMessage": false, "sns:publish": true, "nothing:doIt": false} {
		service, action, _ := strings.Cut(call, ":")
		if _, _, ok := x.Action(service, action); ok != want {
			t.Errorf("%s is there: %v", call, ok)
		}
	}
	if got := x.Origins(); len(got) != 2 || got[0].Version != "9" {
		t.Errorf("origins %v", got)
	}
	if len(x.Partitions()) == 0 {
		t.Error("no partitions: the file has none, the program has")
	}

	// A file that was damaged on its way is refused as a whole, when it is opened.
	for what, damage := range map[string]func() []byte{
		"no such file":         nil,
		"is no file of models": func() []byte { return []byte("hello") },
		"has the format 255":   func() []byte { bad := bytes.Clone(packed); bad[len(magic)-1] = 255; return bad },
		"is damaged":           func() []byte { bad := bytes.Clone(packed); bad[len(bad)-1] ^= 1; return bad },
		"packed model is dam":  func() []byte { return packed[:len(packed)-1] },
	} {
		path := filepath.Join(dir, "bad")
		if damage != nil {
			if err := os.WriteFile(path, damage(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if damage == nil {
			path += "-absent"
		}
		if _, err := Open(path); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: the error is %v", what, err)
		}
	}
}

// touch asks an index for everything.
func touch(x *Index) {
	_ = x.Check()
	_ = x.Partitions()
	for _, e := range x.Services() {
		s, ok := x.Find(e.Resource)
		if !ok {
			continue
		}
		_ = s.EndpointRules()
		for _, o := range s.Operations() {
			_ = o.EventStream()
			if r, ok := x.Result("aws-sdk:"+e.Resource, o.Action, ""); ok {
				_ = r.Required()
			}
		}
	}
}

// Hostile bytes are an error, never a panic. The checksum is not looked at, so that the fuzzer comes further.
func FuzzUnpack(f *testing.F) {
	packed := pack(f)
	f.Add(packed)
	f.Add(packed[:len(packed)/2])
	f.Add(packed[:headerLength])
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, data []byte) {
		if x, err := Unpack(string(data)); err == nil {
			touch(x)
		}
	})
}

// The blocks are deflated, so the fuzzer of files seldom comes to what is in them.
func FuzzDecode(f *testing.F) {
	f.Add(encode(read(f)))
	sts, _ := Builtin().Find("sts")
	f.Add(encode(sts))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := decode(string(data))
		if err != nil {
			return
		}
		again, err := decode(string(encode(s)))
		if err != nil {
			t.Fatalf("what was read cannot be packed: %v", err)
		}
		if len(again.Operations()) != len(s.Operations()) {
			t.Fatalf("%d operations became %d", len(s.Operations()), len(again.Operations()))
		}
	})
}

func TestDamagedModelsAreErrors(t *testing.T) {
	whole := encode(read(t))
	for n := range whole {
		if _, err := decode(string(whole[:n])); err == nil {
			t.Fatalf("the first %d bytes of %d are a model", n, len(whole))
		}
	}
	if _, err := decode(string(whole) + "x"); err == nil {
		t.Error("a byte too many is taken")
	}
}

func BenchmarkOpen(b *testing.B) {
	for b.Loop() {
		if _, err := Unpack(builtin); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	x := Builtin()
	for _, name := range []string{"ec2", "s3", "dynamodb", "sqs"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := x.entries[name].read(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run(fmt.Sprintf("all %d services", len(x.entries)), func(b *testing.B) {
		for b.Loop() {
			for _, e := range x.entries {
				if _, err := e.read(); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}
