package api

import (
	"context"
	"strconv"

	"github.com/cogstep/cogstep/internal/history"
)

// historyReply writes events straight into the answer.
type historyReply struct {
	events    []history.Event
	data      bool
	nextToken string
}

// AppendJSON implements Reply.
func (r historyReply) AppendJSON(dst []byte) []byte {
	dst = append(dst, `{"events":[`...)
	for i, ev := range r.events {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = history.AppendWire(dst, ev, r.data)
	}
	dst = append(dst, ']')
	if r.nextToken != "" {
		dst = append(dst, `,"nextToken":`...)
		dst = strconv.AppendQuote(dst, r.nextToken) // base64: nothing to escape
	}
	return append(dst, '}')
}

func (a *API) getExecutionHistory(ctx context.Context, in input) (Reply, error) {
	h, err := a.header(ctx, in.text("executionArn"))
	if err != nil {
		return nil, err
	}
	reverse := in.flag("reverseOrder")
	cursor, err := a.openPage(in)
	if err != nil {
		return nil, err
	}
	from := int64(1)
	if reverse {
		from = h.LastEvent
	}
	if cursor != "" {
		if from, err = strconv.ParseInt(cursor, 10, 64); err != nil {
			return nil, invalidToken()
		}
	}
	events, more, err := a.Engine.History(ctx, h.ARN, from, in.limit(), reverse)
	if err != nil {
		return nil, err
	}
	next := ""
	if more && len(events) > 0 {
		last := events[len(events)-1].ID
		if reverse {
			next = strconv.FormatInt(last-1, 10)
		} else {
			next = strconv.FormatInt(last+1, 10)
		}
	}
	data := !in.has("includeExecutionData") || in.flag("includeExecutionData")
	return historyReply{events, data, a.sealPage(in, next)}, nil
}
