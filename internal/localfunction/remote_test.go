//go:build unix

package localfunction_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/cogstep/cogstep/internal/localfunction"
)

func TestAFunctionWithAURLIsForwarded(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	there := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := make([]byte, 100)
		n, _ := r.Body.Read(body)
		switch payload := string(body[:n]); {
		case payload == `"slow"`:
			select {
			case <-release:
			case <-r.Context().Done():
			}
		case payload == `"fail"`:
			fmt.Fprint(w, `{"errorType":"NoLuck","errorMessage":"none"}`)
		default:
			fmt.Fprintf(w, `{"path":%q,"errorType":"kept","payload":%s}`, r.URL.Path, payload)
		}
	}))
	defer there.Close()
	for _, c := range []struct{ url, path string }{
		{there.URL, "/2015-03-31/functions/function/invocations"},
		{there.URL + "/2015-03-31/functions/price/invocations", "/2015-03-31/functions/price/invocations"},
	} {
		h := newHost(t, localfunction.Function{Name: "subject", URL: c.url, Timeout: 20 * time.Second})
		if r := h.invoke(`7`); r.FunctionError != "" || !strings.Contains(r.Payload, `"`+c.path+`"`) || !strings.Contains(r.Payload, `"payload":7`) {
			t.Errorf("%s: answered %+v", c.url, r)
		}
		if c.url == there.URL {
			h.wantError(h.invoke(`"fail"`), "NoLuck")
		}
		if err := h.Replace([]localfunction.Function{{Name: "subject", URL: c.url, Timeout: time.Millisecond}}); err != nil {
			t.Fatal(err)
		}
		h.wantError(h.invoke(`"slow"`), "Sandbox.Timedout")
		h.Close()
	}
}

func TestAURLThatIsNoneIsSaidSoBeforeACall(t *testing.T) {
	for url, want := range map[string]string{
		"127.0.0.1:9000":               "url",
		"ftp://127.0.0.1":              "not an http or https URL",
		"http://127.0.0.1/functions/f": "/2015-03-31/functions/NAME/invocations",
	} {
		err := localfunction.Function{Name: "f", URL: url}.Check()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", url, err)
		}
	}
}
