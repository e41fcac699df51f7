package api

import (
	"context"
	"errors"

	"github.com/cogstep/cogstep/internal/catalog"
	"github.com/cogstep/cogstep/query"
)

// tags returns the request's tags.
func tags(in input) []catalog.Tag {
	var out []catalog.Tag
	list, _ := in.Get("tags")
	for _, v := range list.Elements() {
		t := input{Value: v}
		out = append(out, catalog.Tag{Key: t.text("key"), Value: t.text("value")})
	}
	return out
}

func (a *API) tagResource(ctx context.Context, in input) (Reply, error) {
	return a.changeTags(ctx, in, tags(in), nil)
}

func (a *API) untagResource(ctx context.Context, in input) (Reply, error) {
	var keys []string
	list, _ := in.Get("tagKeys")
	for _, v := range list.Elements() {
		keys = append(keys, v.Str())
	}
	return a.changeTags(ctx, in, nil, keys)
}

func (a *API) changeTags(ctx context.Context, in input, put []catalog.Tag, remove []string) (Reply, error) {
	resource := in.text("resourceArn")
	if _, _, err := a.resource(resource, "stateMachine", "activity"); err != nil {
		return nil, err
	}
	return reply(tagError(a.Catalog.ChangeTags(ctx, resource, put, remove), resource))
}

func (a *API) listTagsForResource(_ context.Context, in input) (Reply, error) {
	resource := in.text("resourceArn")
	if _, _, err := a.resource(resource, "stateMachine", "activity"); err != nil {
		return nil, err
	}
	found, err := a.Catalog.Tags(resource)
	if err != nil {
		return nil, tagError(err, resource)
	}
	items := []query.Value{}
	for _, t := range found {
		var o object
		o.text("key", t.Key)
		o.Set("value", query.StringValue(t.Value))
		items = append(items, o.Build())
	}
	var o object
	o.values("tags", items)
	return o.Build(), nil
}

func tagError(err error, resource string) error {
	if errors.Is(err, catalog.ErrResourceNotFound) {
		return fail("ResourceNotFound", "Resource not found: '%s'", resource)
	}
	return err
}
