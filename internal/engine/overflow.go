package engine

import "sync"

// overflowShare is the share of its inbox's size that may wait beside a shard for one machine: an eighth.
const overflowShare = 8

// overflow is where messages wait that find their shard's inbox full: state machines take turns, and the shard takes
// one of these for each one of the inbox. So a machine that keeps the inbox full delays another one's request by a
// few messages, and does not have it refused.
type overflow struct {
	bell chan struct{} // holds a value while there may be something that the shard has not seen

	mu      sync.Mutex
	waiting turns[overflowing]
}

type overflowing struct {
	message
	taken chan struct{} // closed when the shard has it; nil: nobody waits for that
}

func newOverflow() overflow { return overflow{bell: make(chan struct{}, 1)} }

// offer lets m wait, unless as many wait for its machine already as the limit says.
func (o *overflow) offer(m message, limit int) bool {
	machine := machineOf(m.arn)
	o.mu.Lock()
	room := o.waiting.count(machine) < limit
	if room {
		o.waiting.push(machine, overflowing{message: m})
	}
	o.mu.Unlock()
	if room {
		o.ring()
	}
	return room
}

// push lets m wait. taken is closed when the shard has it; it may be nil.
func (o *overflow) push(m message, taken chan struct{}) {
	o.mu.Lock()
	o.waiting.push(machineOf(m.arn), overflowing{m, taken})
	o.mu.Unlock()
	o.ring()
}

func (o *overflow) ring() {
	select {
	case o.bell <- struct{}{}:
	default:
	}
}

// pop takes out the message that has the next turn.
func (o *overflow) pop() (m message, ok bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	next, ok := o.waiting.pop()
	if next.taken != nil {
		close(next.taken)
	}
	return next.message, ok
}

func (o *overflow) empty() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.waiting.empty()
}
