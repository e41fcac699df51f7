// Package history is what an execution writes down: the 62 kinds of events, their form on disk and their form
// on the wire.
//
// An [Event] is an envelope (id, previous id, type, time) and a short list of [Field]s. Which fields a type has,
// under which details member they appear and how they are written is data: one table, checked against the
// service's model by a test. The same table drives the codec, whose form on disk is versioned and described in
// docs/formats/history.md.
package history

// Type is a kind of event. Its number is part of the form on disk and never changes its meaning.
type Type uint8

// Event is one line of an execution's history. Ids start at 1 and have no gaps.
type Event struct {
	ID       int64
	Previous int64 // 0: none
	Type     Type
	At       int64 // milliseconds since 1970, UTC
	Fields   []Field
}

// Field is one member of an event's details.
type Field struct {
	Key  Key
	Text string     // texts and JSON payloads
	Int  int64      // numbers
	Vars []Variable // AssignedVariables
}

// Variable is a workflow variable that a state assigned; Value is JSON text.
type Variable struct{ Name, Value string }

// Key names a member of a details object. Its number is part of the form on disk.
type Key uint8

// Field returns the field of ev with the key k; ok is false if ev has none.
func (ev Event) Field(k Key) (f Field, ok bool) {
	for _, f := range ev.Fields {
		if f.Key == k {
			return f, true
		}
	}
	return Field{}, false
}

// Text returns the text of the field with the key k, "" if ev has none.
func (ev Event) Text(k Key) string {
	f, _ := ev.Field(k)
	return f.Text
}
