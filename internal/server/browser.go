package server

import (
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/cogstep/cogstep/console"
)

// home sends browsers that come to the root to the console; whatever else comes goes on.
func home(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && r.URL.Path == "/" && strings.Contains(r.Header.Get("Accept"), "text/html") {
			http.Redirect(w, r, console.Path, http.StatusFound)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// sameSite refuses what a browser sends on behalf of another site: the server's requests need no secret that such a site
// would lack. On the loopback interface the browser must also have asked for this machine by a name that cannot be
// anybody else's, or a site could make its own name lead here.
func sameSite(next http.Handler, loopback bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		origin, site := r.Header.Get("Origin"), r.Header.Get("Sec-Fetch-Site")
		browser := origin != "" || site != ""
		foreign := site == "cross-site" && r.Header.Get("Sec-Fetch-Mode") != "navigate"
		if origin != "" {
			u, err := url.Parse(origin)
			foreign = foreign || err != nil || u.Host != r.Host
		}
		if browser && (foreign || loopback && !isThisMachine(r.Host)) {
			http.Error(w, "This server does not answer requests that a browser sends on behalf of another site.", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// isThisMachine reports whether a Host header names the loopback interface.
func isThisMachine(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || net.ParseIP(host).IsLoopback()
}
