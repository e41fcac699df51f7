package server

import (
	"github.com/cogstep/cogstep/internal/awsclient"
	"github.com/cogstep/cogstep/internal/integration"
	"github.com/cogstep/cogstep/internal/integration/eks"
	"github.com/cogstep/cogstep/internal/integration/sdk"
	"github.com/cogstep/cogstep/internal/integration/web"
)

// webConnectors adds what speaks HTTP with others than AWS: HTTP Tasks, APIs of API Gateway, clusters of Kubernetes.
func (s *Server) webConnectors(r *integration.Registry, aws *awsclient.Client, services *sdk.Connector) error {
	cfg := &s.cfg
	network := web.Network{Loopback: cfg.onLoopback(), Private: cfg.PrivateNetworks}
	var connections web.Connections = web.EventBridge{Services: services}
	if cfg.Connections != "" {
		file, err := web.LoadFile(cfg.Connections)
		if err != nil {
			return err
		}
		connections = file
	}
	var kubeconfig *eks.Kubeconfig
	if cfg.Kubeconfig != "" {
		var err error
		if kubeconfig, err = eks.LoadKubeconfig(cfg.Kubeconfig); err != nil {
			return err
		}
	}
	apis := web.New(web.Config{
		Region: cfg.Scope.Region, Connections: connections, Signer: aws, Network: network, AssumeMachineRoles: cfg.AssumeMachineRoles,
	})
	r.Services["http"], r.Services["apigateway"] = apis, apis
	r.Services["eks"] = eks.New(eks.Config{
		Region: cfg.Scope.Region, Presigner: aws, Kubeconfig: kubeconfig, Control: network.Control,
		AssumeMachineRoles: cfg.AssumeMachineRoles, Others: services,
	})
	return nil
}
