package localjob

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"strings"
	"time"
)

// order is what is to be run for one call. It is written down before anything happens.
type order struct {
	Name    string // of the job and its folder
	Binding string
	Digest  string // 64 hexadecimal digits that no other attempt has: the service's identifiers are made of them
	Created time.Time

	Entrypoint, Command    []string
	Image, Engine, Network string
	Dir                    string
	Env                    map[string]string // beside the surroundings
	Timeout                time.Duration     // 0: none

	Awaited bool // its end will be asked for
	Bound   bool // it ends with the server
}

// newOrder returns the order for an attempt. token is the attempt's client token; without one, the order is like no other.
func newOrder(binding string, b Binding, token string) order {
	if token == "" {
		token = rand.Text()
	}
	sum := sha256.Sum256([]byte(binding + "\n" + token))
	digest := hex.EncodeToString(sum[:])
	service, _, _ := strings.Cut(binding, ":")
	o := order{
		Name: service + "-" + digest[:32], Binding: binding, Digest: digest, Created: time.Now().UTC(),
		Entrypoint: b.Entrypoint, Command: b.Command, Image: b.Image, Engine: b.Engine, Network: b.Network,
		Dir: b.Dir, Env: maps.Clone(b.Env), Timeout: time.Duration(b.Timeout),
	}
	if o.Env == nil {
		o.Env = map[string]string{}
	}
	return o
}

// uuid returns the digest in the form of a UUID.
func (o *order) uuid() string {
	d := o.Digest
	return strings.Join([]string{d[:8], d[8:12], d[12:16], d[16:20], d[20:32]}, "-")
}

// subject is the name that the service knows the bound thing by.
func (o *order) subject() string {
	_, name, _ := strings.Cut(o.Binding, ":")
	return name
}

// arguments is what a process is started with.
func (o *order) arguments() []string {
	return append(append([]string{}, o.Entrypoint...), o.Command...)
}

// ending is how a job ended.
type ending struct {
	How          how
	Code         int    // of exited
	Reason       string // a sentence, if there is more to say
	Began, Ended time.Time
}

// how says in what way a job ended.
type how string

const (
	exited    how = "exited"
	timedOut  how = "timed out"
	stopped   how = "stopped"
	unstarted how = "unstarted" // it could not be started
	lost      how = "lost"      // it began, and how it ended is not known
)

func (e *ending) good() bool { return e.How == exited && e.Code == 0 }

// killedCode is the exit code that services show of a process that was ended by SIGKILL.
const killedCode = 137

// code returns the exit code as services show it; ok is false if the job has none.
func (e *ending) code() (code int, ok bool) {
	switch {
	case e.How == exited:
		return e.Code, true
	case e.Began.IsZero() || e.How == unstarted:
		return 0, false
	}
	return killedCode, true
}

// reason returns a sentence about the ending.
func (e *ending) reason(o *order) string {
	switch {
	case e.Reason != "":
		return e.Reason
	case e.How == timedOut:
		return fmt.Sprintf("The job was ended after its timeout of %s.", o.Timeout)
	case e.How == stopped:
		return "The job was stopped."
	case e.How == lost:
		return "How the job ended is not known: its supervisor was killed, or the machine went down."
	}
	return fmt.Sprintf("The job exited with code %d.", e.Code)
}
