package query

import "sync"

// Document is an immutable payload: JSON text, or a value that becomes text when somebody asks for it. It is parsed
// at most once and written at most once, each on first need; a document that only passes through is never looked
// into. A nil *Document is the absence of a payload: its value is undefined, its text "". Documents are safe for
// concurrent use.
type Document struct {
	text  string
	value Value
	made  bool      // from a value: text follows on need; otherwise value does
	need  sync.Once // the half that follows

	compact bool // write without the white space of the source

	build func() Value // of a lazy document; nil otherwise
	built sync.Once
}

// EmptyObject is the document {}.
var EmptyObject = Trusted("{}")

// trustedDepthMax bounds the nesting of texts that were accepted once: no payload of 256 KiB can exceed it, and
// results that nest deeper with every round of a loop stay readable.
const trustedDepthMax = 1 << 17

// NewDocument validates a payload that comes from outside. Errors: *SyntaxError.
func NewDocument(text string) (*Document, error) {
	if err := Validate(text); err != nil {
		return nil, err
	}
	return Trusted(text), nil
}

// Trusted returns the document of a text that was validated or written before, such as one out of the store. If the
// text is not JSON after all, the document's value is undefined, so that any expression that looks into it fails.
func Trusted(text string) *Document { return &Document{text: text} }

// FromValue returns the document whose value is v. The value's source text, if it has one, is the document's text.
func FromValue(v Value) *Document { return &Document{value: v, made: true} }

// Compacted returns the document of v that is written compactly whatever text v was parsed from.
func Compacted(v Value) *Document { return &Document{value: v, made: true, compact: true} }

// Lazy returns the document whose value build makes when somebody first asks for it. build is called at most once.
func Lazy(build func() Value) *Document { return &Document{made: true, build: build} }

// Text returns the JSON text.
func (d *Document) Text() string {
	if d == nil {
		return ""
	}
	if d.made {
		d.need.Do(func() {
			if d.compact {
				d.text = d.Value().Compact()
			} else {
				d.text = d.Value().JSON()
			}
		})
	}
	return d.text
}

// Size returns the length of the text in bytes of UTF-8.
func (d *Document) Size() int { return len(d.Text()) }

// Exceeds reports whether the text is longer than max bytes. A document made from a value is not written for that.
func (d *Document) Exceeds(max int) bool {
	switch {
	case d == nil || !d.made:
	case d.compact && !d.Value().Exceeds(4*max): // white space may go, but what is far too long stays too long
	default:
		return d.Value().Exceeds(max)
	}
	return len(d.Text()) > max
}

// Value returns the root of the document's tree.
func (d *Document) Value() Value {
	if d == nil {
		return Value{}
	}
	if d.build != nil {
		d.built.Do(func() { d.value = d.build() })
		return d.value
	}
	if !d.made {
		d.need.Do(func() { d.value, _ = ParseDepth(d.text, trustedDepthMax) })
	}
	return d.value
}
