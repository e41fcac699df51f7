package eks

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// Kubeconfig is clusters of one's own, with the credentials for them. A nil *Kubeconfig has none.
type Kubeconfig struct {
	dir string
	doc kubeconfig
}

// kubeconfig is what we read of such a file. Source: Kubernetes, "Organizing cluster access using kubeconfig files".
type kubeconfig struct {
	Clusters []namedCluster
	Users    []struct {
		Name string
		User kubeUser
	}
	Contexts []struct {
		Name    string
		Context struct{ Cluster, User string }
	}
}

type namedCluster struct {
	Name    string
	Cluster struct {
		Server   string
		CA       string `yaml:"certificate-authority"`
		CAData   string `yaml:"certificate-authority-data"`
		Insecure bool   `yaml:"insecure-skip-tls-verify"`
	}
}

type kubeUser struct {
	Token           string
	TokenFile       string `yaml:"tokenFile"`
	Username        string
	Password        string
	Certificate     string `yaml:"client-certificate"`
	CertificateData string `yaml:"client-certificate-data"`
	Key             string `yaml:"client-key"`
	KeyData         string `yaml:"client-key-data"`
}

// login is how somebody proves to a cluster who they are.
type login struct {
	token, tokenFile   string
	username, password string
	certificate, key   string // PEM
	insecure           bool   // the cluster's certificate is not looked at
}

func (l login) authorize(req *http.Request) error {
	token := l.token
	if l.tokenFile != "" {
		raw, err := os.ReadFile(l.tokenFile)
		if err != nil {
			return fmt.Errorf("kubeconfig: %w", err)
		}
		token = strings.TrimSpace(string(raw))
	}
	switch {
	case token != "":
		req.Header.Set("Authorization", "Bearer "+token)
	case l.username != "":
		req.SetBasicAuth(l.username, l.password)
	}
	return nil
}

// LoadKubeconfig reads a kubeconfig. Commands that make credentials (exec) are not run; users that have only them are
// refused when they are needed.
func LoadKubeconfig(path string) (*Kubeconfig, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("kubeconfig: %w", err)
	}
	k := &Kubeconfig{dir: filepath.Dir(path)}
	if err := yaml.Unmarshal(raw, &k.doc); err != nil {
		// Without the source: lines of the file may be secret.
		return nil, fmt.Errorf("kubeconfig: %s: %s", path, yaml.FormatError(err, false, false))
	}
	return k, nil
}

// cluster finds the context, or else the cluster, of a name. ok is false if there is neither.
func (k *Kubeconfig) cluster(name string) (found *cluster, ok bool, err error) {
	if k == nil {
		return nil, false, nil
	}
	clusterName, userName := name, ""
	for _, c := range k.doc.Contexts {
		if c.Name == name || userName == "" && c.Context.Cluster == name {
			clusterName, userName = c.Context.Cluster, c.Context.User
		}
	}
	i := slices.IndexFunc(k.doc.Clusters, func(c namedCluster) bool { return c.Name == clusterName })
	if i < 0 {
		return nil, false, nil
	}
	server := k.doc.Clusters[i].Cluster
	found = &cluster{name: name, endpoint: server.Server, local: true}
	if u, err := url.Parse(server.Server); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return nil, true, fmt.Errorf("kubeconfig: the server of the cluster %s is not a URL", name)
	}
	if found.ca, err = k.material(server.CA, server.CAData); err != nil {
		return nil, true, err
	}
	found.login, err = k.login(userName)
	found.login.insecure = server.Insecure
	return found, true, err
}

func (k *Kubeconfig) login(user string) (l login, err error) {
	for _, u := range k.doc.Users {
		if u.Name != user {
			continue
		}
		l = login{token: u.User.Token, username: u.User.Username, password: u.User.Password}
		if u.User.TokenFile != "" {
			l.tokenFile = k.path(u.User.TokenFile)
		}
		if l.certificate, err = k.material(u.User.Certificate, u.User.CertificateData); err == nil {
			l.key, err = k.material(u.User.Key, u.User.KeyData)
		}
		if err == nil && l == (login{}) {
			err = fmt.Errorf("kubeconfig: the user %s has neither a token nor a certificate; commands (exec) are not run", user)
		}
		return l, err
	}
	return l, nil
}

// material returns what stands in base64, or in a file.
func (k *Kubeconfig) material(path, data string) (string, error) {
	if data != "" {
		raw, err := base64.StdEncoding.DecodeString(data)
		if err != nil {
			return "", fmt.Errorf("kubeconfig: a certificate or a key is not base64")
		}
		return string(raw), nil
	}
	if path == "" {
		return "", nil
	}
	raw, err := os.ReadFile(k.path(path))
	if err != nil {
		return "", fmt.Errorf("kubeconfig: %w", err)
	}
	return string(raw), nil
}

func (k *Kubeconfig) path(p string) string {
	if filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(k.dir, p)
}
