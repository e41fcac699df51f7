package localjob

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// job is a job that has not ended, as long as this server looks after it.
type job struct {
	order    order
	folder   folder
	log      func(line string)
	shown    int64 // bytes of its output that a server before this one has shown
	once     sync.Once
	stopping chan struct{} // closed when it is to be stopped
	ended    chan struct{} // closed when it has ended, or is not looked after any more
}

// runner is a way to run jobs.
type runner interface {
	// run starts the job, or finds it running, and returns how it ended. When ctx ends it returns at once and leaves the
	// job alone; what it returns is then ignored.
	run(ctx context.Context, j *job) ending
}

// stop has a job stopped, also by a server that comes after this one.
func (j *job) stop() error {
	j.folder.mark(stop)
	if !j.folder.marked(stop) {
		return errors.New("the request to stop the job could not be written down")
	}
	j.once.Do(func() { close(j.stopping) })
	return nil
}

// submit writes an order down and sees to it. If the order is there already, it returns that one.
func (c *Connector) submit(o order) (order, error) {
	f := folder(filepath.Join(c.dir, o.Name))
	if err := f.make(o); err != nil {
		return o, err
	}
	o, err := f.order()
	if err != nil {
		return o, err
	}
	if _, over := f.ending(); over {
		return o, nil
	}
	return o, c.tend(o, f)
}

// tend looks after a job until it ends.
func (c *Connector) tend(o order, f folder) error {
	j := &job{order: o, folder: f, stopping: make(chan struct{}), ended: make(chan struct{}), log: func(string) {}}
	if c.cfg.Log != nil {
		j.log = func(line string) { c.cfg.Log(o.Binding, line) }
	}
	if f.marked(stop) {
		j.once.Do(func() { close(j.stopping) })
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.closed:
		return errors.New("the server is closing")
	case c.jobs[o.Name] != nil:
		return nil
	}
	run, err := c.runner(&o)
	if err != nil {
		return err
	}
	c.jobs[o.Name] = j
	place := c.place(o.Binding)
	runs := f.marked(begun)
	if info, err := os.Stat(f.path(outputFile)); err == nil {
		j.shown = info.Size()
	}
	if runs { // it does not wait, whatever has become of the limit
		select {
		case place <- struct{}{}:
		default:
			place = make(chan struct{}, 1)
			place <- struct{}{}
		}
	}
	c.tending.Go(func() {
		defer close(j.ended)
		if e, ok := c.carryOut(j, run, place, runs); ok {
			if err := f.end(e); err != nil {
				j.log("how the job ended could not be written down: " + err.Error())
			}
			if !o.Awaited {
				f.mark(told)
			}
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.jobs, o.Name)
	})
	return nil
}

// carryOut runs a job in a place of its binding, which it has if it runs already. ok is false if the server ended before the
// job did.
func (c *Connector) carryOut(j *job, run runner, place chan struct{}, runs bool) (e ending, ok bool) {
	if !runs {
		select {
		case place <- struct{}{}:
		case <-c.ctx.Done():
			return e, false
		case <-j.stopping:
			return ending{How: stopped, Reason: "The job was stopped before it began."}, true
		}
	}
	defer func() { <-place }()
	e = run.run(c.ctx, j)
	return e, c.ctx.Err() == nil
}

func (c *Connector) place(binding string) chan struct{} {
	if c.places[binding] == nil {
		n := c.cfg.Bindings[binding].Concurrency
		if n <= 0 {
			n = defaultConcurrency
		}
		c.places[binding] = make(chan struct{}, n)
	}
	return c.places[binding]
}

func (c *Connector) runner(o *order) (runner, error) {
	if o.Image == "" {
		return c.processes, nil
	}
	if c.engines[o.Engine] == nil {
		e, err := newEngine(o.Engine)
		if err != nil {
			return nil, err
		}
		c.engines[o.Engine] = e
	}
	return containers{c.engines[o.Engine], surroundings(c.cfg.Scope.Region, c.cfg.Env)}, nil
}

// recover goes on with the jobs that have not ended, the oldest first.
func (c *Connector) recover() error {
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return err
	}
	var running, waiting []order // those that run have their places before others wait for one
	for _, entry := range entries {
		f := folder(filepath.Join(c.dir, entry.Name()))
		if strings.HasPrefix(entry.Name(), draftPrefix) {
			_ = os.RemoveAll(string(f)) // nothing depends on it
			continue
		}
		if _, over := f.ending(); over {
			continue
		}
		o, err := f.order()
		switch {
		case err != nil || o.Name != entry.Name(): // not ours
		case f.marked(begun):
			running = append(running, o)
		default:
			waiting = append(waiting, o)
		}
	}
	for _, orders := range [][]order{running, waiting} {
		slices.SortFunc(orders, func(a, b order) int { return cmp.Or(a.Created.Compare(b.Created), strings.Compare(a.Name, b.Name)) })
		for _, o := range orders {
			if err := c.tend(o, folder(filepath.Join(c.dir, o.Name))); err != nil {
				return err
			}
		}
	}
	return nil
}

// How long the folder of a job stays after it ended: when it was told how, and when nobody ever asked.
const (
	toldTimeMax  = 10 * time.Minute
	untoldTime   = 30 * 24 * time.Hour
	sweepPause   = 10 * time.Minute
	removeAtOnce = 1000 // folders in one pass
)

// sweep removes the folders of jobs that ended long ago.
func (c *Connector) sweep() {
	ticker := time.NewTicker(sweepPause)
	defer ticker.Stop()
	for {
		c.sweepOnce(time.Now())
		select {
		case <-ticker.C:
		case <-c.ctx.Done():
			return
		}
	}
}

func (c *Connector) sweepOnce(now time.Time) {
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return // what cannot be looked at now can be later
	}
	removed := 0
	for _, entry := range entries {
		f := folder(filepath.Join(c.dir, entry.Name()))
		over, ok := f.since(endingFile)
		if !ok {
			continue
		}
		if t, asked := f.since(told); now.Sub(over) > untoldTime || asked && now.Sub(t) > toldTimeMax && now.Sub(over) > toldTimeMax {
			_ = os.RemoveAll(string(f)) // tried again at the next pass
			if removed++; removed == removeAtOnce {
				return
			}
		}
	}
}
