package crash

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"github.com/cogstep/cogstep/test/program"
)

// host is the machine that keeps losing its power: one data directory, one server after another.
type host struct {
	t      *testing.T
	data   string
	clock  *clock // nil: the server goes by the machine's
	acks   acks
	server *program.Server
	ready  bool

	mu    sync.Mutex
	url   string // "" while nothing serves
	kills []outage
}

// outage is from just before a kill until the next server served.
type outage struct{ from, to time.Time }

// start brings up the next server; await says whether to wait until it serves.
func (h *host) start(lambda string, await bool) {
	h.server = program.Launch(h.t, h.clock.environ(), "--data", h.data, "--lambda-endpoint", lambda, "--log-level", "warn")
	h.ready = false
	if await {
		h.await()
	}
}

// await waits until the server serves.
func (h *host) await() {
	if h.ready {
		return
	}
	if err := h.server.Await(); err != nil {
		h.t.Fatal(err)
	}
	h.ready = true
	h.mu.Lock()
	defer h.mu.Unlock()
	h.url = h.server.URL
	if n := len(h.kills); n > 0 {
		h.kills[n-1].to = h.clock.now()
	}
}

// logBytesMax bounds what is shown of one server's log.
const logBytesMax = 2000

func (h *host) kill() {
	now := h.clock.now()
	h.mu.Lock()
	h.url = ""
	h.kills = append(h.kills, outage{now, now.Add(time.Hour)}) // the end is not known yet
	if n := len(h.kills); n > 1 && h.kills[n-2].to.After(now) {
		h.kills[n-2].to = now // it never served
	}
	h.mu.Unlock()
	h.server.Kill()
	if log := h.server.Log(); log != "" {
		h.t.Logf("a server's log begins:\n%s", log[:min(len(log), logBytesMax)])
	}
}

// during reports whether a kill falls between two moments of histories, which are in whole milliseconds.
func (h *host) during(from, to time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, k := range h.kills {
		if !from.After(k.to.Add(h.clock.doubt())) && !to.Add(time.Millisecond).Before(k.from.Add(-h.clock.doubt())) {
			return true
		}
	}
	return false
}

// outages tells when the server was down.
func (h *host) outages() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	text := ""
	for _, k := range h.kills {
		text += fmt.Sprintf("%s…%s ", k.from.UTC().Format(time.StampMilli), k.to.UTC().Format(time.StampMilli))
	}
	return text
}

// answerTimeMax bounds one try of a call: a server that was killed does not answer.
const answerTimeMax = 5 * time.Second

var transport = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}

// ask calls the API until there is an answer: a yes, or a refusal. What remains unanswered, or is answered by "not
// now", is asked again, as a patient client does. It gives up when ctx ends.
func (h *host) ask(ctx context.Context, call func(context.Context, *sfn.Client) error) error {
	for {
		h.mu.Lock()
		url := h.url
		h.mu.Unlock()
		if url != "" {
			err := h.try(ctx, url, call)
			if err == nil || code(err) != "" && code(err) != "ServiceUnavailable" && code(err) != "ThrottlingException" {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// change is ask for a call that changes what is stored. It remembers how long the answer took, if the first try had
// one: a second may have found the work of the first.
func (h *host) change(ctx context.Context, what string, call func(context.Context, *sfn.Client) error) error {
	var tries int
	var asked time.Time
	err := h.ask(ctx, func(ctx context.Context, api *sfn.Client) error {
		tries++
		asked = time.Now()
		return call(ctx, api)
	})
	if err == nil && tries == 1 {
		h.acks.add(what, asked)
	}
	return err
}

func (h *host) try(ctx context.Context, url string, call func(context.Context, *sfn.Client) error) error {
	ctx, cancel := context.WithTimeout(ctx, answerTimeMax)
	defer cancel()
	return call(ctx, sfn.New(sfn.Options{
		Region: "us-east-1", BaseEndpoint: &url, Retryer: aws.NopRetryer{}, HTTPClient: transport,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
	}))
}

// code returns the name of an error that the server answered, "" if it did not answer.
func code(err error) string {
	if api, ok := errors.AsType[interface {
		error
		ErrorCode() string
	}](err); ok {
		return api.ErrorCode()
	}
	return ""
}
