package executionlog

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// cloudWatch is a Sink that speaks the API of CloudWatch Logs (AWS JSON 1.1). Each state machine has a log stream in
// the group that it names; a stream that is missing is made, a group is not: a machine that names one that is not
// there loses its records, as at the service.
type cloudWatch struct {
	d      Destination
	signer *v4.Signer
	begun  string // what the names of this sink's streams end with
}

func toCloudWatch(d Destination) (*cloudWatch, error) {
	if u, err := url.Parse(d.Name); err != nil || u.Host == "" {
		return nil, fmt.Errorf("execution log: %q is no URL of a server", d.Name)
	}
	if d.Client == nil {
		d.Client = &http.Client{Timeout: answerTimeMax}
	}
	if !d.Credentials.HasKeys() {
		d.Credentials = aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}
	}
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails
	begun := time.Now().UTC().Format("2006-01-02-15-04") + "/" + hex.EncodeToString(b[:])
	return &cloudWatch{d: d, signer: v4.NewSigner(), begun: begun}, nil
}

// stream names a log stream.
type stream struct{ group, name string }

// streamOf returns where a record belongs. The names are those that the service and its console give.
func (c *cloudWatch) streamOf(r Record) stream {
	s := stream{r.Group, "states/" + r.Machine + "/" + c.begun}
	if s.group == "" {
		s.group = "/aws/vendedlogs/states/" + r.Machine + "-Logs"
	}
	return s
}

// Write implements Sink.
func (c *cloudWatch) Write(ctx context.Context, records []Record) (lost int, err error) {
	var order []stream
	byStream := map[stream][]Record{}
	for _, r := range records {
		s := c.streamOf(r)
		if byStream[s] == nil {
			order = append(order, s)
		}
		byStream[s] = append(byStream[s], r)
	}
	for _, s := range order {
		for _, b := range batches(byStream[s]) {
			if n, failed := c.deliver(ctx, s, b); n > 0 {
				lost, err = lost+n, failed
			}
		}
	}
	return lost, err
}

// Close implements Sink.
func (c *cloudWatch) Close() error {
	c.d.Client.CloseIdleConnections()
	return nil
}

// attemptsMax is how often a request is made whose failure may be of the moment: the first time and, with the
// pauses in between growing from pauseMin, again for 13 seconds.
const (
	attemptsMax = 8
	pauseMin    = 100 * time.Millisecond
)

// deliver puts one batch into a stream. It returns how many records are lost.
func (c *cloudWatch) deliver(ctx context.Context, s stream, records []Record) (lost int, err error) {
	for attempt := range attemptsMax {
		if attempt > 0 && !pause(ctx, pauseMin<<(attempt-1)) {
			break
		}
		lost, err = c.put(ctx, s, records)
		if refused(err).name == "ResourceNotFoundException" {
			if err = c.makeStream(ctx, s); err == nil {
				lost, err = c.put(ctx, s, records)
			}
		}
		if err == nil {
			return lost, tooOld(lost)
		}
		if refused(err).final {
			break
		}
	}
	return len(records), err
}

func tooOld(lost int) error {
	if lost == 0 {
		return nil
	}
	return errors.New("the endpoint takes no records of that age")
}

// pause waits; it reports false if ctx ended before.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func (c *cloudWatch) makeStream(ctx context.Context, s stream) error {
	err := c.call(ctx, "CreateLogStream", map[string]string{"logGroupName": s.group, "logStreamName": s.name}, nil)
	switch refused(err).name {
	case "ResourceAlreadyExistsException":
		return nil
	case "ResourceNotFoundException":
		return fmt.Errorf("log group %s: %w", s.group, err)
	}
	return err
}

// put makes one PutLogEvents request. It returns how many records the endpoint has left out because of their age.
func (c *cloudWatch) put(ctx context.Context, s stream, records []Record) (lost int, err error) {
	type event struct {
		At   int64  `json:"timestamp"`
		Text string `json:"message"`
	}
	request := struct {
		Group  string  `json:"logGroupName"`
		Stream string  `json:"logStreamName"`
		Events []event `json:"logEvents"`
	}{s.group, s.name, make([]event, len(records))}
	for i, r := range records {
		request.Events[i] = event{r.At, string(r.Text)}
	}
	var answer struct {
		Rejected struct {
			TooNew  *int `json:"tooNewLogEventStartIndex"`
			TooOld  int  `json:"tooOldLogEventEndIndex"`
			Expired int  `json:"expiredLogEventEndIndex"`
		} `json:"rejectedLogEventsInfo"`
	}
	if err := c.call(ctx, "PutLogEvents", request, &answer); err != nil {
		return 0, err
	}
	lost = max(answer.Rejected.TooOld, answer.Rejected.Expired)
	if from := answer.Rejected.TooNew; from != nil {
		lost += len(records) - *from
	}
	return lost, nil
}

// refusal is an answer that is not a success. Final: it will be the same the next time.
type refusal struct {
	name, message string
	final         bool
}

func (r refusal) Error() string { return strings.TrimSuffix(r.name+": "+r.message, ": ") }

// refused returns the refusal that err is, none if it is another error.
func refused(err error) (r refusal) {
	errors.As(err, &r)
	return r
}

// answerBytesMax bounds what is read of an answer.
const answerBytesMax = 1 << 20

// call makes one request. Errors: a refusal; others are those of the connection, and worth another attempt.
func (c *cloudWatch) call(ctx context.Context, operation string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return refusal{"", err.Error(), true}
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.d.Name, bytes.NewReader(body))
	if err != nil {
		return refusal{"", err.Error(), true}
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", "Logs_20140328."+operation)
	digest := sha256.Sum256(body)
	if err := c.signer.SignHTTP(ctx, c.d.Credentials, r, hex.EncodeToString(digest[:]), "logs", c.d.Region, time.Now()); err != nil {
		return refusal{"", err.Error(), true}
	}
	answer, err := c.d.Client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, answerBytesMax))
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return refusalOf(answer, text)
	}
	if out != nil && len(text) > 0 {
		if err := json.Unmarshal(text, out); err != nil {
			return refusal{"", "the answer is not JSON: " + err.Error(), true}
		}
	}
	return nil
}

// passing are the errors of the API with a status below 500 after which a request is worth another attempt.
var passing = map[string]bool{
	"ThrottlingException":         true,
	"ServiceUnavailableException": true,
	"OperationAbortedException":   true,
	"RequestTimeoutException":     true,
}

func refusalOf(answer *http.Response, text []byte) refusal {
	var fault struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
	}
	_ = json.Unmarshal(text, &fault) // another answer than the API's is known by its status
	name := fault.Type[strings.LastIndexByte(fault.Type, '#')+1:]
	final := answer.StatusCode < 500 && answer.StatusCode != http.StatusTooManyRequests && !passing[name]
	if name == "" {
		name = answer.Status
	}
	return refusal{name, fault.Message, final}
}
