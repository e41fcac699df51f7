package executionlog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
)

// endpoint is CloudWatch Logs as far as a log needs it. It is called by one goroutine.
type endpoint struct {
	streams map[string]map[string][]Record // by group and stream
	calls   []string
	answers []string // to the next requests instead of the right ones: "503", "400 Name", an error of the connection, or a body
	request *http.Request
}

func newEndpoint(groups ...string) *endpoint {
	e := &endpoint{streams: map[string]map[string][]Record{}}
	for _, g := range groups {
		e.streams[g] = map[string][]Record{}
	}
	return e
}

// RoundTrip makes the endpoint a transport: no network, so time can be virtual.
func (e *endpoint) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	e.request = r
	operation := strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "Logs_20140328.")
	e.calls = append(e.calls, operation)
	answer := ""
	if len(e.answers) > 0 {
		answer, e.answers = e.answers[0], e.answers[1:]
	}
	switch {
	case answer == "":
		answer = e.serve(operation, body)
	case answer == "broken":
		return nil, errors.New("connection reset")
	}
	w := httptest.NewRecorder()
	var code int
	var name string
	if n, _ := fmt.Sscanf(answer, "%d %s", &code, &name); n > 0 {
		w.WriteHeader(code)
		answer = fmt.Sprintf(`{"__type":"com.amazonaws.logs#%s","message":"says the endpoint"}`, name)
	}
	_, _ = io.WriteString(w, answer)
	return w.Result(), nil
}

func (e *endpoint) serve(operation string, body []byte) string {
	var in struct {
		LogGroupName, LogStreamName string
		LogEvents                   []struct {
			Timestamp int64
			Message   string
		}
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return "400 SerializationException"
	}
	streams := e.streams[in.LogGroupName]
	_, there := streams[in.LogStreamName]
	switch {
	case streams == nil:
		return "400 ResourceNotFoundException"
	case operation == "CreateLogStream" && there:
		return "400 ResourceAlreadyExistsException"
	case operation == "CreateLogStream":
		streams[in.LogStreamName] = []Record{}
		return "{}"
	case operation != "PutLogEvents":
		return "400 UnknownOperationException"
	case !there:
		return "400 ResourceNotFoundException"
	}
	for _, ev := range in.LogEvents {
		streams[in.LogStreamName] = append(streams[in.LogStreamName], Record{At: ev.Timestamp, Text: []byte(ev.Message)})
	}
	return "{}"
}

func (e *endpoint) sink(t *testing.T) Sink {
	t.Helper()
	s, err := Destination{
		Name: "http://logs.invalid/", Region: "eu-central-1", Client: &http.Client{Transport: e},
		Credentials: aws.Credentials{AccessKeyID: "AKID", SecretAccessKey: "secret", SessionToken: "session"},
	}.Open()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// texts of the only stream of a group, whose name must have the form that the service gives.
func (e *endpoint) texts(t *testing.T, group, machine string) (texts []string) {
	t.Helper()
	form := regexp.MustCompile(`^states/` + machine + `/\d{4}(-\d\d){4}/[0-9a-f]{8}$`)
	found := 0
	for name, records := range e.streams[group] {
		if !form.MatchString(name) {
			continue
		}
		found++
		for _, r := range records {
			texts = append(texts, fmt.Sprintf("%d %s", r.At, r.Text))
		}
	}
	if found != 1 {
		t.Errorf("group %s has %d streams of %s", group, found, machine)
	}
	return texts
}

func record(group, machine string, at int64, text string) Record {
	return Record{group, machine, at, []byte(text)}
}

func TestRecordsGoToTheStreamsOfTheirMachinesInTheOrderOfTime(t *testing.T) {
	e := newEndpoint("g", "/aws/vendedlogs/states/C-Logs")
	s := e.sink(t)
	for range 2 {
		lost, err := s.Write(t.Context(), []Record{
			record("g", "A", 5, "a5"), record("g", "B", 1, "b1"), record("g", "A", 4, "a4"), record("g", "A", 5, "a5 too"), record("", "C", 7, "c7 \"<é>\""),
		})
		if lost != 0 || err != nil {
			t.Errorf("%d are lost: %v", lost, err)
		}
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	for _, c := range []struct {
		group, machine string
		want           []string
	}{
		{"g", "A", []string{"4 a4", "5 a5", "5 a5 too", "4 a4", "5 a5", "5 a5 too"}},
		{"g", "B", []string{"1 b1", "1 b1"}},
		{"/aws/vendedlogs/states/C-Logs", "C", []string{"7 c7 \"<é>\"", "7 c7 \"<é>\""}},
	} {
		if diff := cmp.Diff(c.want, e.texts(t, c.group, c.machine)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.machine, diff)
		}
	}
	const made = "PutLogEvents CreateLogStream PutLogEvents " // a stream that is missing is made once
	if got, want := strings.Join(e.calls, " "), made+made+made+"PutLogEvents PutLogEvents PutLogEvents"; got != want {
		t.Errorf("calls %s, want %s", got, want)
	}
}

func TestRequestsAreSigned(t *testing.T) {
	e := newEndpoint("g")
	if lost, err := e.sink(t).Write(t.Context(), []Record{record("g", "A", 1, "x")}); lost != 0 || err != nil {
		t.Fatalf("%d are lost: %v", lost, err)
	}
	for header, want := range map[string]string{
		"Authorization":        `^AWS4-HMAC-SHA256 Credential=AKID/\d{8}/eu-central-1/logs/aws4_request, SignedHeaders=\S*x-amz-target, Signature=[0-9a-f]{64}$`,
		"X-Amz-Date":           `^\d{8}T\d{6}Z$`,
		"X-Amz-Security-Token": `^session$`,
		"Content-Type":         `^application/x-amz-json-1\.1$`,
	} {
		if got := e.request.Header.Get(header); !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("%s: %q, want %s", header, got, want)
		}
	}
}

func TestWhatFailsForTheMomentIsTriedAgain(t *testing.T) {
	for _, c := range []struct {
		name    string
		answers []string
		lost    int
		err     string
		took    time.Duration
	}{
		{"the connection", []string{"broken", "broken"}, 0, "", 300 * time.Millisecond},
		{"the server", []string{"503", "500 InternalFailure", "429"}, 0, "", 700 * time.Millisecond},
		{"throttling", []string{"400 ThrottlingException"}, 0, "", 100 * time.Millisecond},
		{"making the stream", []string{"400 ResourceNotFoundException", "400 ThrottlingException"}, 0, "", 100 * time.Millisecond},
		{"all the time", slices.Repeat([]string{"503"}, 20), 2, "503", 12700 * time.Millisecond},
		{"for good", []string{"400 InvalidParameterException"}, 2, "InvalidParameterException: says the endpoint", 0},
		{"the credentials", []string{"400 UnrecognizedClientException"}, 2, "UnrecognizedClientException", 0},
		{"another server", []string{"<html>"}, 2, "the answer is not JSON", 0},
		{"too old", []string{`{"rejectedLogEventsInfo":{"tooOldLogEventEndIndex":1}}`}, 1, "no records of that age", 0},
		{"expired", []string{`{"rejectedLogEventsInfo":{"expiredLogEventEndIndex":2,"tooOldLogEventEndIndex":1}}`}, 2, "no records of that age", 0},
		{"too new", []string{`{"rejectedLogEventsInfo":{"tooNewLogEventStartIndex":0}}`}, 2, "no records of that age", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := newEndpoint("g")
				e.answers = c.answers
				begun := time.Now()
				lost, err := e.sink(t).Write(t.Context(), []Record{record("g", "A", 1, "x"), record("g", "A", 2, "y")})
				if lost != c.lost || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
					t.Errorf("%d are lost: %v; want %d: %s", lost, err, c.lost, c.err)
				}
				if took := time.Since(begun); took != c.took {
					t.Errorf("took %v, want %v", took, c.took)
				}
				if c.lost == 0 && len(e.texts(t, "g", "A")) != 2 {
					t.Error("the records are not there")
				}
			})
		})
	}
}

func TestAMissingGroupLosesItsRecordsOnly(t *testing.T) {
	e := newEndpoint("there")
	lost, err := e.sink(t).Write(t.Context(), []Record{record("gone", "A", 1, "x"), record("there", "B", 1, "y")})
	if lost != 1 || err == nil || !strings.Contains(err.Error(), "log group gone: ResourceNotFoundException") {
		t.Errorf("%d are lost: %v", lost, err)
	}
	if diff := cmp.Diff([]string{"1 y"}, e.texts(t, "there", "B")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestAWriteEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEndpoint("g")
		e.answers = slices.Repeat([]string{"503"}, 20)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begun := time.Now()
		if lost, err := e.sink(t).Write(ctx, []Record{record("g", "A", 1, "x")}); lost != 1 || err == nil {
			t.Errorf("%d are lost: %v", lost, err)
		}
		if took := time.Since(begun); took != time.Second {
			t.Errorf("took %v", took)
		}
	})
}

// A real connection, once: the rest needs none.
func TestAnEndpointOnTheNetwork(t *testing.T) {
	e := newEndpoint("g")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, err := e.RoundTrip(r)
		if err != nil {
			t.Error(err)
			return
		}
		w.WriteHeader(answer.StatusCode)
		_, _ = io.Copy(w, answer.Body)
	}))
	defer server.Close()
	s, err := Destination{Name: server.URL, Region: "us-east-1"}.Open()
	if err != nil {
		t.Fatal(err)
	}
	if lost, err := s.Write(t.Context(), []Record{record("g", "A", 1, "x")}); lost != 0 || err != nil {
		t.Errorf("%d are lost: %v", lost, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]string{"1 x"}, e.texts(t, "g", "A")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if !strings.Contains(e.request.Header.Get("Authorization"), "Credential=local/") {
		t.Error("requests without credentials are not signed")
	}
}

func TestBatchesKeepTheLimitsOfARequest(t *testing.T) {
	many := func(n, size int, apart int64) (records []Record) {
		for i := range n {
			records = append(records, Record{At: int64(i) * apart, Text: make([]byte, size)})
		}
		return records
	}
	day := batchSpanMax.Milliseconds()
	for _, c := range []struct {
		name    string
		records []Record
		want    []int // how many records each batch has
	}{
		{"nothing", nil, nil},
		{"as many as fit", many(10_000, 1, 1), []int{10_000}},
		{"one more", many(10_001, 1, 1), []int{10_000, 1}},
		{"as large as fits", many(4, 1<<18-batchEventBytes, 1), []int{4}},
		{"one byte more", many(4, 1<<18-batchEventBytes+1, 1), []int{3, 1}},
		{"a day", many(3, 1, day/2), []int{3}},
		{"more than a day", many(3, 1, day/2+1), []int{2, 1}},
	} {
		var got []int
		for _, b := range batches(c.records) {
			got = append(got, len(b))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}
