package api

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"time"

	"github.com/cogstep/cogstep/query"
)

// A page token is opaque: a cursor and the time it was made, authenticated together with all other arguments of
// the request, so that it is good for the same question only, and for a day.

const pageLifetime = 24 * time.Hour

// sealPage returns the token for the page that begins after cursor, "" if there is none.
func (a *API) sealPage(in input, cursor string) string {
	if cursor == "" {
		return ""
	}
	text := binary.BigEndian.AppendUint64(nil, uint64(a.Now().UnixMilli()))
	text = append(text, cursor...)
	return base64.RawURLEncoding.EncodeToString(append(a.pageSeal(in, text), text...))
}

// openPage returns the cursor of the request's nextToken, "" if it has none. Errors: InvalidToken.
func (a *API) openPage(in input) (cursor string, err error) {
	token := in.text("nextToken")
	if token == "" {
		return "", nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) < pageSealBytes+8 {
		return "", invalidToken()
	}
	text := raw[pageSealBytes:]
	made := time.UnixMilli(int64(binary.BigEndian.Uint64(text)))
	if !hmac.Equal(raw[:pageSealBytes], a.pageSeal(in, text)) || a.Now().Sub(made) > pageLifetime {
		return "", invalidToken()
	}
	return string(text[8:]), nil
}

const pageSealBytes = 16

func (a *API) pageSeal(in input, text []byte) []byte {
	mac := hmac.New(sha256.New, a.PageKey)
	var others query.ObjectBuilder
	for name, v := range in.Members() {
		if name != "nextToken" && name != "maxResults" {
			others.Set(name, v)
		}
	}
	mac.Write(others.Build().AppendJSON(nil))
	mac.Write([]byte{0})
	mac.Write(text)
	return mac.Sum(nil)[:pageSealBytes]
}
