package engine

import (
	"bytes"
	"fmt"
	"time"

	"github.com/cogstep/cogstep/internal/execution"
	"github.com/cogstep/cogstep/internal/store"
)

// recover picks up what was under way when the shard last stopped. Timers need no recovery: they are read when
// their time comes.
func (s *shard) recover() error {
	for _, step := range []struct {
		what     string
		from, to []byte
		take     func(store.Pair) error
	}{
		{"children that have to stop", []byte{kindAbandoned}, after([]byte{kindAbandoned}), s.recoverAbandoned},
		{"jobs that have to stop", []byte{kindJob}, after([]byte{kindJob}), s.recoverJob},
		{"tasks", []byte{kindTask}, after([]byte{kindTask}), s.recoverTask},
		{"unfinished executions", dueKey(time.Time{}), dueKey(time.UnixMilli(1)), s.recoverUnfinished},
		{"ends of nested executions", []byte{kindOutbox}, after([]byte{kindOutbox}), s.recoverOutbox},
		{"Express executions", []byte{kindExpress}, after([]byte{kindExpress}), s.recoverExpress},
	} {
		for p, err := range s.store.Scan(s.e.ctx, step.from, step.to, false) {
			if err == nil {
				err = step.take(p)
			}
			if err == nil {
				err = s.keepUp()
			}
			if err != nil {
				return fmt.Errorf("recover %s: %w", step.what, err)
			}
		}
	}
	return nil
}

// keepUp lets the store keep up with what recovery applies.
func (s *shard) keepUp() error {
	if !s.next.full() {
		return nil
	}
	if s.underWay {
		if err := s.settle(<-s.durable); err != nil {
			return err
		}
	}
	s.handOver()
	return nil
}

func (s *shard) recoverAbandoned(p store.Pair) error {
	parent, ok := parseID(p.Key, 1)
	if child := string(p.Value); ok {
		s.then(func() { s.e.errands.add(child, func() bool { return s.e.dismiss(parent, child) }) })
	}
	return nil
}

func (s *shard) recoverJob(p store.Pair) error {
	id, t, ok := parseAttemptKey(p.Key)
	if !ok {
		return nil
	}
	j, err := decodeJob(p.Value)
	if err != nil {
		return err
	}
	s.then(func() { s.e.stopJob(attempt{id, t}, j) })
	return nil
}

func (s *shard) recoverTask(p store.Pair) error {
	if id, t, ok := parseAttemptKey(p.Key); ok {
		s.apply(message{id: id, what: attend{task: t}})
	}
	return nil
}

func (s *shard) recoverUnfinished(p store.Pair) error {
	if t, ok := parseTimerKey(p.Key); ok && t.frame == continueFrame {
		s.apply(message{id: t.id, what: happened{what: execution.Continued{}}})
	}
	return nil
}

func (s *shard) recoverOutbox(p store.Pair) error {
	id, ok := parseID(bytes.Clone(p.Key), 1)
	if !ok {
		return nil
	}
	x, err := readExecution(s.e.ctx, s.store, id)
	if err != nil {
		return err
	}
	s.then(func() { s.e.tellParent(x.Header) })
	return nil
}

func (s *shard) recoverExpress(p store.Pair) error {
	h, err := decodeStart(p.Value)
	if err != nil {
		return err
	}
	if planted(expressForgotten) {
		return nil
	}
	s.then(func() { s.e.launchExpress(h, true) })
	return nil
}
