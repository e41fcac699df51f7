package localjob

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
)

// Bindings say what runs here, by service and name: "batch:NAME of the job definition", "ecs:FAMILY of the task definition",
// "glue:NAME of the job", "codebuild:NAME of the project".
type Bindings map[string]Binding

// Binding is what runs in the place of a job.
type Binding struct {
	// Entrypoint and Command are, one after the other, what is run, without a shell. A call that brings a command of its
	// own replaces Command.
	Entrypoint []string `yaml:"entrypoint"`
	Command    []string `yaml:"command"`
	// Image makes the job a container. Its own entry point and command count where the others are empty.
	Image string `yaml:"image"`
	// Engine is the address of the API of Docker or Podman: a path of a socket, unix://PATH, or http://HOST:PORT. "": that of
	// DOCKER_HOST, else /var/run/docker.sock.
	Engine string `yaml:"engine"`
	// Network is the network of a container; "": the engine's default.
	Network string `yaml:"network"`

	// Dir is the directory of the process; of a container, one inside it.
	Dir     string            `yaml:"dir"`
	Env     map[string]string `yaml:"env"`
	Timeout Timeout           `yaml:"timeout"` // 0: none but the call's
	// Concurrency is how many jobs of the binding run at once; the others wait. 0: 10.
	Concurrency int `yaml:"concurrency"`
}

// Timeout is a duration that a file gives as a number of seconds or as a text such as "15m".
type Timeout time.Duration

// UnmarshalYAML reads either form.
func (t *Timeout) UnmarshalYAML(b []byte) error {
	text := strings.Trim(strings.TrimSpace(string(b)), `"'`)
	seconds, err := strconv.ParseFloat(text, 64)
	d := time.Duration(seconds * float64(time.Second))
	if err != nil {
		d, err = time.ParseDuration(text)
	}
	if err != nil || d < 0 {
		return fmt.Errorf("a timeout is a number of seconds or a text such as 15m, not %s", text)
	}
	*t = Timeout(d)
	return nil
}

// Limits.
const (
	defaultConcurrency = 10
	fileBytesMax       = 4 << 20
)

// Load reads the bindings of a YAML or JSON file: what stands under "jobs". Directories are relative to the file's; a
// process runs there if none is given. Other parts of the file are somebody else's. Errors name the file and say what is
// wrong.
func Load(path string) (Bindings, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > fileBytesMax {
		return nil, fmt.Errorf("%s has more than %d bytes", path, fileBytesMax)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var parts map[string]any
	if err := yaml.Unmarshal(text, &parts); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for name := range parts {
		if name != "jobs" && name != "functions" {
			return nil, fmt.Errorf("%s: there is no section called %q; there are jobs and functions", path, name)
		}
	}
	var file struct {
		Jobs      Bindings `yaml:"jobs"`
		Functions any      `yaml:"functions"`
	}
	if err := yaml.UnmarshalWithOptions(text, &file, yaml.DisallowUnknownField()); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	base, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	for name, b := range file.Jobs {
		if err := b.check(name); err != nil {
			return nil, fmt.Errorf("%s: jobs: %s: %w", path, name, err)
		}
		if b.Image == "" && !filepath.IsAbs(b.Dir) {
			b.Dir = filepath.Join(base, b.Dir)
		}
		if b.Concurrency == 0 {
			b.Concurrency = defaultConcurrency
		}
		file.Jobs[name] = b
	}
	return file.Jobs, nil
}

func (b Binding) check(name string) error {
	service, subject, _ := strings.Cut(name, ":")
	switch {
	case !slices.Contains(Services(), service) || subject == "":
		return fmt.Errorf("a job is called SERVICE:NAME; services are %s", strings.Join(Services(), ", "))
	case b.Image == "" && len(b.Entrypoint) == 0 && len(b.Command) == 0:
		return fmt.Errorf("it has neither a command nor an image")
	case b.Image == "" && (b.Engine != "" || b.Network != ""):
		return fmt.Errorf("engine and network are for jobs with an image")
	case b.Concurrency < 0:
		return fmt.Errorf("concurrency must not be negative")
	}
	if b.Image != "" {
		_, err := newEngine(b.Engine)
		return err
	}
	return nil
}
