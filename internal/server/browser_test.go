package server

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestOtherSitesAreRefused(t *testing.T) {
	ok := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {})
	for _, c := range []struct {
		host, origin, site string
		loopback           bool
		want               int
	}{
		{"127.0.0.1:8083", "", "", true, 200}, // an SDK
		{"sync-states.example", "", "", true, 200},
		{"127.0.0.1:8083", "http://127.0.0.1:8083", "same-origin", true, 200},
		{"localhost:8083", "http://localhost:8083", "", true, 200},
		{"[::1]:8083", "http://[::1]:8083", "", true, 200},
		{"127.0.0.1:8083", "http://evil.example", "cross-site", true, 403},
		{"127.0.0.1:8083", "null", "", true, 403},
		{"evil.example:8083", "http://evil.example:8083", "same-origin", true, 403}, // its name leads here
		{"evil.example:8083", "", "same-origin", true, 403},
		{"cogstep.example", "https://cogstep.example", "same-origin", false, 200},
		{"cogstep.example", "https://evil.example", "cross-site", false, 403},
		{"127.0.0.1:8083", "", "cross-site", true, 403},
	} {
		r := httptest.NewRequest(http.MethodPost, "http://"+c.host+"/", nil)
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		if c.site != "" {
			r.Header.Set("Sec-Fetch-Site", c.site)
		}
		w := httptest.NewRecorder()
		sameSite(ok, c.loopback).ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%+v: %d", c, w.Code)
		}
	}
}

func TestBrowsersAreLedToTheConsole(t *testing.T) {
	api := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	for accept, want := range map[string]int{"text/html,*/*": http.StatusFound, "*/*": http.StatusTeapot, "": http.StatusTeapot} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Accept", accept)
		w := httptest.NewRecorder()
		home(api).ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%q: %d", accept, w.Code)
		}
	}
}
