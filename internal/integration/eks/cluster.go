package eks

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/cogstep/cogstep/internal/integration"
)

// cluster is how a cluster is reached.
type cluster struct {
	name     string
	endpoint string
	ca       string // PEM; "": those of the system
	local    bool   // the kubeconfig knows it, and login are the credentials
	login    login
}

// cluster finds the cluster that parameters name.
func (c *Connector) cluster(p parameters) (*cluster, error) {
	name, err := p.needed("ClusterName")
	if err != nil {
		return nil, err
	}
	endpoint, err := p.needed("Endpoint")
	if err != nil {
		return nil, err
	}
	authority, err := p.needed("CertificateAuthority")
	if err != nil {
		return nil, err
	}
	return c.find(name, endpoint, authority)
}

// find finds a cluster: endpoint and authority, base64, count if the kubeconfig does not know it.
func (c *Connector) find(name, endpoint, authority string) (*cluster, error) {
	if local, ok, err := c.cfg.Kubeconfig.cluster(name); ok || err != nil {
		return local, err
	}
	if u, err := url.Parse(endpoint); err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
		return nil, badFormat("Endpoint")
	}
	pem, err := base64.StdEncoding.DecodeString(authority)
	if err != nil {
		return nil, badFormat("CertificateAuthority")
	}
	return &cluster{name: name, endpoint: endpoint, ca: string(pem)}, nil
}

// authorize puts the credentials for a cluster on a request.
func (c *Connector) authorize(ctx context.Context, call *integration.Call, to *cluster, req *http.Request) error {
	if to.local {
		return to.login.authorize(req)
	}
	if c.cfg.Presigner == nil {
		return fmt.Errorf("this server has no AWS credentials, and its kubeconfig has no cluster named %s", to.name)
	}
	role := call.TaskRoleARN
	if role == "" && c.cfg.AssumeMachineRoles {
		role = call.RoleARN
	}
	presigned, err := c.cfg.Presigner.PresignGetCallerIdentity(ctx, to.name, c.cfg.Region, role)
	if err != nil {
		return fmt.Errorf("the token for the cluster %s could not be made: %w", to.name, err)
	}
	// Source: the IAM authenticator for Kubernetes, its format of tokens.
	req.Header.Set("Authorization", "Bearer k8s-aws-v1."+base64.RawURLEncoding.EncodeToString([]byte(presigned)))
	return nil
}

// clients keeps an HTTP client for each set of certificates, so that connections are used again.
type clients struct {
	control func(network, address string, c syscall.RawConn) error

	mu   sync.Mutex
	held map[[sha256.Size]byte]*http.Transport
}

// clientsMax bounds how many are kept.
const clientsMax = 100

// client returns the client of a cluster.
func (c *clients) client(to *cluster) (http.RoundTripper, error) {
	key := sha256.Sum256([]byte(strings.Join([]string{fmt.Sprint(to.local, to.login.insecure), to.ca, to.login.certificate, to.login.key}, "\x00")))
	c.mu.Lock()
	defer c.mu.Unlock()
	if t := c.held[key]; t != nil {
		return t, nil
	}
	t, err := c.transport(to)
	if err != nil {
		return nil, err
	}
	if c.held == nil || len(c.held) >= clientsMax {
		for _, old := range c.held {
			old.CloseIdleConnections()
		}
		c.held = make(map[[sha256.Size]byte]*http.Transport)
	}
	c.held[key] = t
	return t, nil
}

func (c *clients) transport(to *cluster) (*http.Transport, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: to.login.insecure}
	if to.ca != "" {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM([]byte(to.ca)) {
			return nil, badFormat("CertificateAuthority")
		}
	}
	if to.login.certificate != "" {
		pair, err := tls.X509KeyPair([]byte(to.login.certificate), []byte(to.login.key))
		if err != nil {
			return nil, fmt.Errorf("the client certificate for the cluster %s cannot be used", to.name)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	dialer := &net.Dialer{Timeout: 30 * time.Second, Control: c.control}
	if to.local {
		dialer.Control = nil
	}
	return &http.Transport{
		DialContext: dialer.DialContext, TLSClientConfig: config, ForceAttemptHTTP2: true,
		TLSHandshakeTimeout: 10 * time.Second, IdleConnTimeout: 90 * time.Second, MaxIdleConnsPerHost: 16,
	}, nil
}
