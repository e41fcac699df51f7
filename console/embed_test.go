package console

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

func get(t *testing.T, h http.Handler, path string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func TestTheConsoleIsServed(t *testing.T) {
	h, err := Handler()
	if err != nil {
		t.Fatal(err)
	}
	page := get(t, h, "/console/")
	text, _ := io.ReadAll(page.Body)
	if page.StatusCode != http.StatusOK || !strings.HasPrefix(page.Header.Get("Content-Type"), "text/html") || !strings.Contains(page.Header.Get("Content-Security-Policy"), "script-src 'self'") {
		t.Fatalf("%d %v", page.StatusCode, page.Header)
	}
	if regexp.MustCompile(`<script[^>]*>[^<]|<style|\son\w+=`).Match(text) {
		t.Errorf("the page has inline script or style: %s", text)
	}
	for _, m := range regexp.MustCompile(`(?:src|href)="(/console/[^"]+)"`).FindAllStringSubmatch(string(text), -1) {
		if r := get(t, h, m[1]); r.StatusCode != http.StatusOK || strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
			t.Errorf("%s: %d %s", m[1], r.StatusCode, r.Header.Get("Content-Type"))
		}
	}
	deep := get(t, h, "/console/executions/arn:aws:states:us-east-1:1:execution:m:x%2Fy/graph")
	if again, _ := io.ReadAll(deep.Body); string(again) != string(text) {
		t.Error("a deep link does not lead to the page")
	}
	if r := get(t, h, "/console/assets/none.js"); r.StatusCode != http.StatusNotFound {
		t.Errorf("a file that is not there: %d", r.StatusCode)
	}
	if r := get(t, h, "/console/api/overview"); r.StatusCode != http.StatusNotFound {
		t.Errorf("an API that is not there: %d", r.StatusCode)
	}
	if r := get(t, h, "/console/", "If-None-Match", page.Header.Get("ETag")); r.StatusCode != http.StatusNotModified {
		t.Errorf("unchanged: %d", r.StatusCode)
	}
	packed := get(t, h, "/console/", "Accept-Encoding", "gzip")
	z, err := gzip.NewReader(packed.Body)
	if err != nil {
		t.Fatal(err)
	}
	if plain, _ := io.ReadAll(z); string(plain) != string(text) || packed.Header.Get("ETag") == page.Header.Get("ETag") {
		t.Error("packed, it is another page, or has the same ETag")
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/console/", nil))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", w.Code)
	}
}
