package services

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// moto is a moto_server behind a proxy that can be told to throttle a service.
type moto struct {
	URL string // of the proxy

	mu       sync.Mutex
	throttle map[string]int // how many more requests of a service are refused, by signing name
	seen     map[string]int // requests by signing name
}

// startMoto starts a moto_server of its own. Without one, the test is skipped.
func startMoto(t *testing.T) *moto {
	path, err := exec.LookPath("moto_server")
	if err != nil {
		t.Skip("SKIPPED: there is no moto_server on this machine; pip install 'moto[server]' brings it")
	}
	address := freeAddress(t)
	host, port, _ := net.SplitHostPort(address)
	cmd := exec.Command(path, "-H", host, "-p", port)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	target := &url.URL{Scheme: "http", Host: address}
	for end := time.Now().Add(60 * time.Second); ; {
		resp, err := http.Get(target.String() + "/moto-api/data.json")
		if err == nil {
			_ = resp.Body.Close()
			break
		}
		if time.Now().After(end) {
			t.Fatalf("moto_server does not come up: %v", err)
		}
		time.Sleep(50 * time.Millisecond)
	}
	m := &moto{throttle: map[string]int{}, seen: map[string]int{}}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.Out.Host = r.In.Host
	}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		service := signedFor(r)
		m.mu.Lock()
		m.seen[service]++
		refuse := m.throttle[service] > 0
		if refuse {
			m.throttle[service]--
		}
		m.mu.Unlock()
		if refuse {
			refuseTooMany(w, r)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	m.URL = server.URL
	return m
}

func freeAddress(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// throttleNext lets the next n requests of a service be refused.
func (m *moto) throttleNext(service string, n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.throttle[service] = n
}

func (m *moto) requests(service string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.seen[service]
}

var credentialScope = regexp.MustCompile(`Credential=[^/]+/\d+/[^/]+/([^/]+)/aws4_request`)

// signedFor is the service that a request is signed for.
func signedFor(r *http.Request) string {
	if m := credentialScope.FindStringSubmatch(r.Header.Get("Authorization")); m != nil {
		return m[1]
	}
	return ""
}

// refuseTooMany answers as a service does that has too many requests, in the protocol of the request.
func refuseTooMany(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	if strings.Contains(r.Header.Get("Content-Type"), "json") {
		w.Header().Set("Content-Type", r.Header.Get("Content-Type"))
		w.Header().Set("X-Amzn-Errortype", "ThrottlingException")
		w.Header().Set("X-Amzn-Requestid", "throttled")
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"__type":"ThrottlingException","message":"Rate exceeded"}`)
		return
	}
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(http.StatusServiceUnavailable)
	if signedFor(r) == "s3" {
		fmt.Fprint(w, `<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message><RequestId>throttled</RequestId></Error>`)
		return
	}
	fmt.Fprint(w, `<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error><RequestId>throttled</RequestId></ErrorResponse>`)
}
