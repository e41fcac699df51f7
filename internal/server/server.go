// Package server wires the rooms of the house together: configuration in, Run and Close out. It is the one place that
// knows all adaptors, so that the wiring is a page to read and deleting an adaptor touches one line.
package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/cogstep/cogstep/console"
	"github.com/cogstep/cogstep/internal/api"
	"github.com/cogstep/cogstep/internal/arn"
	"github.com/cogstep/cogstep/internal/awsclient"
	"github.com/cogstep/cogstep/internal/awsmodel"
	"github.com/cogstep/cogstep/internal/catalog"
	"github.com/cogstep/cogstep/internal/engine"
	"github.com/cogstep/cogstep/internal/executionlog"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/internal/integration/lambda"
	"github.com/cogstep/cogstep/internal/integration/localjob"
	"github.com/cogstep/cogstep/internal/integration/mock"
	"github.com/cogstep/cogstep/internal/integration/nested"
	"github.com/cogstep/cogstep/internal/integration/sdk"
	"github.com/cogstep/cogstep/internal/localfunction"
	"github.com/cogstep/cogstep/internal/observe"
	"github.com/cogstep/cogstep/internal/store"
	"github.com/cogstep/cogstep/internal/store/memory"
	"github.com/cogstep/cogstep/internal/store/pebble"
	"github.com/cogstep/cogstep/internal/uuid"
)

// Config says what a server serves. The zero value is a server in memory on a free port of the loopback interface.
type Config struct {
	// Data is the directory that executions are stored in; "" keeps everything in memory.
	Data string
	// Listen is the address to serve on; "" is a free port of 127.0.0.1.
	Listen string
	Scope  arn.Scope

	Functions      []localfunction.Function
	LambdaEndpoint string // "": none
	MockConfig     string // path; "": none

	// Jobs is the path of a file that binds jobs of other services to commands and images of this machine; "": none.
	Jobs string
	// JobLog gets each line that a local job writes; nil: discarded.
	JobLog func(binding, line string)

	// Models is the path of a file of service models that go before the built-in ones; "": none.
	Models string
	// Connections is the path of a file of connections of HTTP Tasks; "": those of EventBridge. Kubeconfig is the path of one
	// that names clusters which eks:call and eks:runJob reach by it; "": none. PrivateNetworks allows HTTP Tasks to call
	// addresses of private networks.
	Connections     string
	Kubeconfig      string
	PrivateNetworks bool

	// Calls limits how many calls of single services are under way at once, by their names in resources ("sqs",
	// "aws-sdk:dynamodb"); 1000 for others. CallTimeout bounds each attempt of a call of an AWS service; 0: two minutes.
	Calls       map[string]int
	CallTimeout time.Duration
	// AssumeMachineRoles says that Tasks call AWS services with the role of their state machine, not only with that of
	// their own Credentials.
	AssumeMachineRoles bool

	// Quotas limit the API calls of clients: QuotasOff (or ""), QuotasAuto, QuotasAWS, or the path of a JSON file that
	// changes the latter.
	Quotas string
	// Retention is how long closed executions are kept; 0: for ever.
	Retention time.Duration

	Logger *slog.Logger
	// FunctionLog gets each line that a local function writes; nil: discarded.
	FunctionLog func(function, line string)
	Observer    engine.Observer

	ExecutionLog ExecutionLog
}

// The quotas that need no file.
const (
	QuotasOff  = "off"
	QuotasAWS  = "aws"  // those of the service in the server's region
	QuotasAuto = "auto" // off on the loopback interface, where there is nobody to be protected from; else QuotasAWS
)

// The account and region of a server that nobody has told otherwise.
const (
	DefaultAccount = "000000000000"
	DefaultRegion  = "us-east-1"
	DefaultListen  = "127.0.0.1:8083"
)

// Server is a running Cogstep.
type Server struct {
	API       *api.API
	Catalog   *catalog.Catalog
	Engine    *engine.Engine
	Functions *localfunction.Host
	Models    *awsmodel.Index // of the services that Tasks can call

	cfg      Config
	store    store.Store
	listener net.Listener
	http     *http.Server
	log      *executionlog.Log
	metrics  *observe.Metrics
	jobs     *localjob.Connector // nil: there are no local jobs
}

// Open opens the store, picks up what was under way, and listens; requests are answered once Run is called.
func Open(ctx context.Context, cfg Config) (_ *Server, err error) {
	setDefaults(&cfg)
	s := &Server{cfg: cfg, metrics: observe.New()}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close(context.WithoutCancel(ctx)))
		}
	}()
	quotas, err := cfg.quotas()
	if err != nil {
		return nil, err
	}
	if s.store, err = openStore(cfg); err != nil {
		return nil, err
	}
	s.Catalog, err = catalog.Open(ctx, catalog.Config{Store: s.store, Scope: cfg.Scope, Now: time.Now, NewID: uuid.New})
	if err != nil {
		return nil, err
	}
	// The address comes first: functions are told where to call back, and tasks that were under way go out at once.
	if s.listener, err = net.Listen("tcp", cfg.Listen); err != nil {
		return nil, fmt.Errorf("listen on %s: %w", cfg.Listen, err)
	}
	if a, ok := s.listener.Addr().(*net.TCPAddr); ok && !a.IP.IsLoopback() {
		cfg.Logger.Warn("serving beyond this machine, and requests are not authenticated: whoever reaches the address can do everything", "address", a)
	}
	s.Functions, err = localfunction.NewHost(localfunction.Config{
		Region: cfg.Scope.Region, Account: cfg.Scope.Account, Log: cfg.FunctionLog, Env: s.callback(),
	})
	if err != nil {
		return nil, err
	}
	if err = s.Functions.Replace(cfg.Functions); err != nil {
		return nil, err
	}
	if err = s.openLog(); err != nil {
		return nil, err
	}
	if s.Models, err = openModels(cfg); err != nil {
		return nil, err
	}
	self := newOwnAPI()
	connectors, err := s.connectors(ctx, self)
	if err != nil {
		return nil, err
	}
	s.Engine, err = engine.Open(ctx, engine.Config{
		Store: s.store, Scope: cfg.Scope, Definitions: s.Catalog, Connectors: connectors,
		ActivityExists: s.activityExists, Observer: s.observer(), Logger: cfg.Logger, Retention: cfg.Retention,
		Limits:      engine.Limits{Tasks: cfg.Calls},
		Transitions: quotas.Transitions(),
	})
	if err != nil {
		return nil, err
	}
	s.API = api.New(api.Config{
		Catalog: s.Catalog, Engine: s.Engine, Scope: cfg.Scope, Logger: cfg.Logger, PageKey: s.Engine.Key("page tokens"), Now: time.Now,
		Quotas: quotas, Models: s.Models,
	})
	self.set(s.API)
	for _, name := range s.Catalog.Deleting() {
		if err = s.API.FinishDelete(ctx, name); err != nil {
			return nil, fmt.Errorf("finish deleting the state machine %s: %w", name, err)
		}
	}
	handler, err := s.handler()
	if err != nil {
		return nil, err
	}
	s.http = &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		ErrorLog:          slog.NewLogLogger(cfg.Logger.Handler(), slog.LevelDebug),
	}
	return s, nil
}

func setDefaults(cfg *Config) {
	if cfg.Listen == "" {
		cfg.Listen = "127.0.0.1:0"
	}
	if cfg.Scope.Account == "" {
		cfg.Scope.Account = DefaultAccount
	}
	if cfg.Scope.Region == "" {
		cfg.Scope.Region = DefaultRegion
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
}

func (cfg Config) quotas() (api.Quotas, error) {
	service := api.ServiceQuotas(cfg.Scope.Region)
	switch {
	case cfg.Quotas == "", cfg.Quotas == QuotasOff, cfg.Quotas == QuotasAuto && cfg.onLoopback():
		return nil, nil
	case cfg.Quotas == QuotasAWS, cfg.Quotas == QuotasAuto:
		return service, nil
	}
	text, err := os.ReadFile(cfg.Quotas)
	if err != nil {
		return nil, fmt.Errorf("quotas: %w", err)
	}
	changed, err := service.Change(text)
	if err != nil {
		return nil, fmt.Errorf("quotas: %s: %w", cfg.Quotas, err)
	}
	return changed, nil
}

// onLoopback reports whether only this machine can reach the server.
func (cfg Config) onLoopback() bool {
	host, _, err := net.SplitHostPort(cfg.Listen)
	return err == nil && (host == "localhost" || net.ParseIP(host).IsLoopback())
}

// Throttles reports whether API calls are limited.
func (s *Server) Throttles() bool { return s.API.Quotas != nil }

func openStore(cfg Config) (store.Store, error) {
	if cfg.Data == "" {
		return memory.New(), nil
	}
	s, err := pebble.Open(cfg.Data, pebble.Options{Logger: cfg.Logger})
	if err != nil {
		return nil, err // not s: a nil *pebble.Store is not a nil store.Store
	}
	return s, nil
}

func openModels(cfg Config) (*awsmodel.Index, error) {
	if cfg.Models == "" {
		return awsmodel.Builtin(), nil
	}
	return awsmodel.Open(cfg.Models)
}

// connectors is the list of everything that a Task can call.
func (s *Server) connectors(ctx context.Context, self nested.API) (*integration.Registry, error) {
	aws, err := s.awsClient(ctx)
	if err != nil {
		return nil, err
	}
	invokers := []lambda.Invoker{s.Functions}
	if s.cfg.LambdaEndpoint != "" {
		endpoint, err := lambda.NewEndpoint(s.cfg.LambdaEndpoint, caller())
		if err != nil {
			return nil, err
		}
		invokers = append(invokers, endpoint)
	}
	if remote := lambda.NewAWS(aws, s.Models); remote != nil {
		invokers = append(invokers, remote)
	}
	functions := lambda.New(invokers...)
	services := sdk.New(sdk.Config{
		Models: s.Models, Caller: &awsCaller{s.cfg.Scope, self, aws}, AssumeMachineRoles: s.cfg.AssumeMachineRoles,
	})
	r := &integration.Registry{Functions: functions, Services: map[string]integration.Connector{}, SDK: services}
	if s.metrics != nil {
		r.Watch = s.metrics.Call
	}
	for _, name := range sdk.Optimized() {
		r.Services[name] = services
	}
	if err := s.openJobs(services); err != nil {
		return nil, err
	}
	if s.jobs != nil {
		for _, name := range localjob.Services() {
			r.Services[name] = s.jobs
		}
	}
	if err := s.webConnectors(r, aws, services); err != nil {
		return nil, err
	}
	r.Services["lambda"] = functions
	r.Services["states"] = &nestedOrNot{s.cfg.Scope, nested.New(self), services}
	if s.cfg.MockConfig != "" {
		mocks, err := mock.Load(s.cfg.MockConfig)
		if err != nil {
			return nil, err
		}
		r.Mocks = mocks.For
	}
	return r, nil
}

// awsClient returns the client by which Tasks call AWS services: with the credentials and endpoints that the process's
// surroundings say, in the server's region.
func (s *Server) awsClient(ctx context.Context) (*awsclient.Client, error) {
	e, err := awsclient.LoadEnvironment(ctx)
	if err != nil {
		return nil, err
	}
	return awsclient.New(awsclient.Config{
		Models: s.Models, Region: s.cfg.Scope.Region, Credentials: e.Credentials, Endpoints: e.Endpoints, HTTP: caller(), Logger: s.cfg.Logger,
		AttemptTime: s.cfg.CallTimeout,
	}), nil
}

// idleConnectionsMax is how many connections to one host are kept for the next call: Go's own default of two would make
// nearly every call of a busy server open a connection.
const idleConnectionsMax = 128

// caller returns the HTTP client for the calls of Tasks.
func caller() *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConns, t.MaxIdleConnsPerHost = 0, idleConnectionsMax
	return &http.Client{Transport: t}
}

func (s *Server) activityExists(activityARN string) bool {
	a, ok := arn.Parse(activityARN)
	if !ok || a.Kind() != "activity" {
		return false
	}
	_, err := s.Catalog.Activity(a.Rest())
	return err == nil
}

func (s *Server) handler() (http.Handler, error) {
	mux := http.NewServeMux()
	mux.Handle("/", home(s.API))
	ready := func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") }
	mux.HandleFunc("GET /health", ready)
	mux.HandleFunc("GET /ready", ready)
	mux.Handle("GET /metrics", s.metrics.Handler())
	pages, err := console.Handler()
	if err != nil {
		return nil, err
	}
	mux.Handle(console.Path, pages)
	return sameSite(mux, s.cfg.onLoopback()), nil
}

// Console is where the web console is.
func (s *Server) Console() string { return s.URL() + console.Path }

// callback are the variables by which the SDKs in local functions find this server.
func (s *Server) callback() map[string]string {
	return map[string]string{"AWS_ENDPOINT_URL_SFN": s.URL(), "AWS_DISABLE_HOST_PREFIX_INJECTION": "true"}
}

// URL is where the server answers.
func (s *Server) URL() string { return "http://" + s.listener.Addr().String() }

// StateMachineARN returns the ARN of a state machine of this server.
func (s *Server) StateMachineARN(name string) string { return s.cfg.Scope.StateMachine(name) }

// Run answers requests until ctx ends. It returns nil when it was told to end.
func (s *Server) Run(ctx context.Context) error {
	failed := make(chan error, 1)
	go func() { failed <- s.http.Serve(s.listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve on %s: %w", s.cfg.Listen, err)
	case <-ctx.Done():
		return nil
	}
}

// shutdownTimeMax bounds how long requests under way may take when the server closes. Long polls are cut short.
const shutdownTimeMax = 2 * time.Second

// flushTimeMax bounds how long it may take, when the server closes, to deliver what executions have logged.
const flushTimeMax = 5 * time.Second

// Close ends the server: requests first, then executions are left as they are in the store, then their log, functions
// and the store. Closing what was never opened is safe.
func (s *Server) Close(ctx context.Context) error {
	var errs []error
	if s.http != nil {
		shutdown, cancel := context.WithTimeout(ctx, shutdownTimeMax)
		defer cancel()
		if s.http.Shutdown(shutdown) != nil {
			errs = append(errs, s.http.Close())
		}
	}
	if s.listener != nil {
		_ = s.listener.Close() // the HTTP server has closed it, unless it never ran
	}
	if s.Engine != nil {
		errs = append(errs, s.Engine.Close(ctx))
	}
	if s.jobs != nil {
		errs = append(errs, s.jobs.Close(ctx))
	}
	if s.log != nil {
		flush, cancel := context.WithTimeout(ctx, flushTimeMax)
		defer cancel()
		errs = append(errs, s.log.Close(flush))
	}
	if s.Functions != nil {
		errs = append(errs, s.Functions.Close())
	}
	if s.Catalog != nil {
		errs = append(errs, s.Catalog.Close())
	}
	if s.store != nil {
		errs = append(errs, s.store.Close())
	}
	return errors.Join(errs...)
}
