package localjob

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// containers runs jobs as containers of an engine. The container is called after the job, so that it is found again.
type containers struct {
	engine       *engine
	surroundings map[string]string
}

// enginePause is how long to wait before an engine that was out of reach is asked again about a container that it runs.
const enginePause = time.Second

// removeTimeMax bounds how long it may take to remove what is left of a container.
const removeTimeMax = 20 * time.Second

func containerName(j *job) string { return "cogstep-" + j.order.Name }

// run implements runner.
func (c containers) run(ctx context.Context, j *job) ending {
	path := "/containers/" + url.PathEscape(containerName(j))
	if !j.folder.marked(begun) {
		if err := c.create(ctx, j); err != nil {
			return ending{How: unstarted, Reason: "The container could not be made: " + err.Error()}
		}
		j.folder.mark(begun)
	}
	for {
		e, err := c.follow(ctx, j, path)
		switch {
		case ctx.Err() != nil:
			return e
		case err == nil:
			c.remove(ctx, j, path, e)
			return e
		case refused(err, http.StatusNotFound):
			return ending{How: lost, Reason: "The container is not there any more; somebody else has removed it."}
		}
		if _, isRefusal := err.(*refusal); isRefusal {
			e := ending{How: unstarted, Reason: err.Error()}
			c.remove(ctx, j, path, e)
			return e
		}
		j.log("the container engine is out of reach: " + err.Error())
		select {
		case <-time.After(enginePause):
		case <-ctx.Done():
		}
	}
}

// create makes the container, unless a server before this one has.
func (c containers) create(ctx context.Context, j *job) error {
	o := &j.order
	vars := map[string]string{}
	for name, value := range c.surroundings {
		if strings.HasPrefix(name, "AWS_") {
			vars[name] = reachable(value, o.Network)
		}
	}
	maps.Copy(vars, o.Env)
	host := object{"ExtraHosts": []string{hostName + ":host-gateway"}}
	if o.Network != "" {
		host["NetworkMode"] = o.Network
	}
	if o.Network == hostNetwork {
		delete(host, "ExtraHosts")
	}
	body := object{
		"Image": o.Image, "Env": variables(vars), "WorkingDir": o.Dir, "HostConfig": host,
		"Labels": map[string]string{"cogstep.job": o.Name, "cogstep.binding": o.Binding},
	}
	if len(o.Entrypoint) > 0 {
		body["Entrypoint"] = o.Entrypoint
	}
	if len(o.Command) > 0 {
		body["Cmd"] = o.Command
	}
	path := "/containers/create?name=" + url.QueryEscape(containerName(j))
	err := c.engine.call(ctx, http.MethodPost, path, body, nil)
	if refused(err, http.StatusNotFound) {
		j.log("pulling " + o.Image)
		if err := c.engine.pull(ctx, o.Image); err != nil {
			return err
		}
		err = c.engine.call(ctx, http.MethodPost, path, body, nil)
	}
	if refused(err, http.StatusConflict) {
		return nil
	}
	return err
}

// The name by which a container finds this machine, and the network in which it is this machine.
const (
	hostName    = "host.docker.internal"
	hostNetwork = "host"
)

// reachable returns an address of this machine as a container reaches it.
func reachable(value, network string) string {
	u, err := url.Parse(value)
	if err != nil || u.Host == "" || network == hostNetwork {
		return value
	}
	switch u.Hostname() {
	case "127.0.0.1", "localhost", "::1":
		_, port, hasPort := strings.Cut(strings.TrimPrefix(u.Host, "[::1]"), ":")
		if u.Host = hostName; hasPort {
			u.Host += ":" + port
		}
	}
	return u.String()
}

// state is what an engine says about a container.
type state struct {
	State struct {
		Status    string // created, running, exited, …
		ExitCode  int
		Error     string
		StartedAt time.Time
		OOMKilled bool
	}
}

// follow starts a container that has not been started, and waits for its end. Errors: those of engine.
func (c containers) follow(ctx context.Context, j *job, path string) (e ending, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var s state
	if err := c.engine.call(ctx, http.MethodGet, path+"/json", nil, &s); err != nil {
		return e, err
	}
	since := time.Now() // what was written before, a server before this one has shown
	if s.State.Status == "created" {
		since = time.Time{}
		if j.folder.marked(stop) {
			return ending{How: stopped, Reason: "The job was stopped before it began."}, nil
		}
		if err := c.engine.call(ctx, http.MethodPost, path+"/start", nil, nil); err != nil {
			return e, err
		}
		s.State.StartedAt = time.Now()
	}
	reason := make(chan how, 1)
	go c.endInTime(ctx, j, path, s.State.StartedAt, reason)
	logged := make(chan struct{})
	go func() {
		defer close(logged)
		c.logs(ctx, j, path, since)
	}()
	var over struct {
		StatusCode int
		Error      *struct{ Message string }
	}
	if err := c.engine.call(ctx, http.MethodPost, path+"/wait", nil, &over); err != nil {
		return e, err
	}
	if err := c.engine.call(ctx, http.MethodGet, path+"/json", nil, &s); err != nil {
		return e, err
	}
	select { // the stream of what a container wrote ends with it
	case <-logged:
	case <-time.After(outputTimeMax):
	}
	e = ending{How: exited, Code: over.StatusCode, Began: s.State.StartedAt.UTC()}
	select {
	case e.How = <-reason:
	default:
	}
	switch {
	case e.How == exited && s.State.OOMKilled:
		e.Reason = "OutOfMemoryError: Container killed due to memory usage"
	case over.Error != nil && over.Error.Message != "":
		e.How, e.Reason = unstarted, over.Error.Message
	}
	return e, nil
}

// endInTime ends a container when it is to be stopped or its time is over, and says why.
func (c containers) endInTime(ctx context.Context, j *job, path string, began time.Time, reason chan<- how) {
	var late <-chan time.Time
	if j.order.Timeout > 0 {
		timer := time.NewTimer(time.Until(began.Add(j.order.Timeout)))
		defer timer.Stop()
		late = timer.C
	}
	select {
	case <-ctx.Done():
		return
	case <-late:
		reason <- timedOut
	case <-j.stopping:
		reason <- stopped
	}
	grace := fmt.Sprint(int(graceTimeMax.Seconds()))
	if err := c.engine.call(ctx, http.MethodPost, path+"/stop?t="+grace, nil, nil); err != nil && ctx.Err() == nil {
		j.log("the container could not be stopped: " + err.Error())
	}
}

// remove takes away an ended container, once its ending is written down.
func (c containers) remove(ctx context.Context, j *job, path string, e ending) {
	if j.folder.end(e) != nil {
		return // whoever looks for the ending later finds it in the engine
	}
	ctx, cancel := context.WithTimeout(ctx, removeTimeMax)
	defer cancel()
	if err := c.engine.call(ctx, http.MethodDelete, path+"?force=1", nil, nil); err != nil && !refused(err, http.StatusNotFound) {
		j.log("the container " + containerName(j) + " could not be removed: " + err.Error())
	}
}

// logs hands on what a container writes. Its stream is made of frames: a byte that says which output, three empty ones,
// four for the length, and the bytes.
// Source: Docker Engine API, "Attach to a container", stream format.
func (c containers) logs(ctx context.Context, j *job, path string, since time.Time) {
	path += "/logs?follow=1&stdout=1&stderr=1"
	if !since.IsZero() {
		path += fmt.Sprintf("&since=%d", since.Unix())
	}
	b, err := c.engine.send(ctx, http.MethodGet, path, nil)
	if err != nil {
		return // the job matters more than its output
	}
	defer b.Close()
	to := &lines{line: j.log}
	defer to.rest()
	var header [8]byte
	for left := int64(outputBytesMax); left > 0; {
		if _, err := io.ReadFull(b, header[:]); err != nil {
			return
		}
		n, err := io.CopyN(to, b, min(left, int64(binary.BigEndian.Uint32(header[4:]))))
		if left -= n; err != nil {
			return
		}
	}
}
