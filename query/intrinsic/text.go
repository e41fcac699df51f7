package intrinsic

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"unicode/utf8"

	"github.com/cogstep/cogstep/query"
)

// dataLengthMax is the number of characters that States.Hash and the Base64 functions accept.
const dataLengthMax = 10_000

// stringToJSON reads a JSON text. Blank text is null and -0 is 0, as recorded. What is read is written compactly.
func stringToJSON(a []query.Value) (query.Value, bool) {
	text := strings.TrimSpace(a[0].Str())
	switch {
	case a[0].Kind() != query.String:
		return refused()
	case text == "":
		return query.NullValue(), true
	case text == "-0":
		return query.IntValue(0), true
	}
	v, err := query.Parse(text)
	if err != nil {
		return refused()
	}
	v, err = query.Parse(v.Compact())
	return v, err == nil
}

func jsonToString(a []query.Value) (query.Value, bool) {
	return query.StringValue(a[0].Compact()), true
}

func base64Encode(a []query.Value) (query.Value, bool) {
	text := a[0].Str()
	if a[0].Kind() != query.String || utf8.RuneCountInString(text) > dataLengthMax {
		return refused()
	}
	return query.StringValue(base64.StdEncoding.EncodeToString([]byte(text))), true
}

// base64Decode is lenient: it skips what is not of the alphabet and needs no padding. Bytes that are not UTF-8 become
// U+FFFD.
func base64Decode(a []query.Value) (query.Value, bool) {
	text := a[0].Str()
	if a[0].Kind() != query.String || utf8.RuneCountInString(text) > dataLengthMax {
		return refused()
	}
	text, _, _ = strings.Cut(text, "=")
	text = strings.Map(func(r rune) rune {
		switch {
		case 'A' <= r && r <= 'Z', 'a' <= r && r <= 'z', '0' <= r && r <= '9', r == '+', r == '/':
			return r
		}
		return -1
	}, text)
	if len(text)%4 == 1 { // six bits make no byte
		text = text[:len(text)-1]
	}
	decoded, err := base64.RawStdEncoding.DecodeString(text)
	return query.StringValue(string(decoded)), err == nil
}

var hashes = map[string]func(data []byte) []byte{
	"MD5":     func(data []byte) []byte { h := md5.Sum(data); return h[:] },
	"SHA-1":   func(data []byte) []byte { h := sha1.Sum(data); return h[:] },
	"SHA-256": func(data []byte) []byte { h := sha256.Sum256(data); return h[:] },
	"SHA-384": func(data []byte) []byte { h := sha512.Sum384(data); return h[:] },
	"SHA-512": func(data []byte) []byte { h := sha512.Sum512(data); return h[:] },
}

// hash hashes a string as it is and any other value as compact JSON.
func hash(a []query.Value) (query.Value, bool) {
	data := a[0].Str()
	if a[0].Kind() != query.String {
		data = a[0].Compact()
	}
	sum := hashes[a[1].Str()]
	if sum == nil || utf8.RuneCountInString(data) > dataLengthMax {
		return refused()
	}
	return query.StringValue(hex.EncodeToString(sum([]byte(data)))), true
}

// stringSplit separates at every character of the second string and drops empty pieces.
func stringSplit(a []query.Value) (query.Value, bool) {
	if a[0].Kind() != query.String || a[1].Kind() != query.String {
		return refused()
	}
	separators := a[1].Str()
	var pieces []query.Value
	for piece := range strings.FieldsFuncSeq(a[0].Str(), func(r rune) bool { return strings.ContainsRune(separators, r) }) {
		pieces = append(pieces, query.StringValue(piece))
	}
	return query.ArrayValue(pieces), true
}
