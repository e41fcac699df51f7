package api

import (
	"context"

	"github.com/cogstep/cogstep/internal/catalog"
	"github.com/cogstep/cogstep/query"
)

func (a *API) createActivity(ctx context.Context, in input) (Reply, error) {
	name := in.text("name")
	if err := checkName(name); err != nil {
		return nil, err
	}
	encryption := in.document("encryptionConfiguration")
	if encryption != "" {
		v, _ := in.Get("encryptionConfiguration")
		if err := checkEncryption(input{Value: v}); err != nil {
			return nil, err
		}
	}
	activity, err := a.Catalog.CreateActivity(ctx, name, encryption, tags(in))
	if err != nil {
		return nil, err
	}
	if or(activity.Encryption, ownedKey) != or(encryption, ownedKey) {
		return nil, fail("ActivityAlreadyExists", "Activity Already Exists: '%s'", a.Scope.Activity(name))
	}
	var o object
	o.text("activityArn", a.Scope.Activity(name))
	o.time("creationDate", activity.CreatedAt)
	return o.Build(), nil
}

// activity finds the activity that a request names.
func (a *API) activity(in input) (catalog.Activity, error) {
	given := in.text("activityArn")
	name, foreign, err := a.resource(given, "activity")
	if err != nil {
		return catalog.Activity{}, err
	}
	found, err := a.Catalog.Activity(name)
	if foreign || err != nil {
		return catalog.Activity{}, activityDoesNotExist(given)
	}
	return found, nil
}

func (a *API) describeActivity(_ context.Context, in input) (Reply, error) {
	found, err := a.activity(in)
	if err != nil {
		return nil, err
	}
	o := a.describe(found)
	o.document("encryptionConfiguration", or(found.Encryption, ownedKey))
	return o.Build(), nil
}

func (a *API) describe(activity catalog.Activity) *object {
	var o object
	o.text("activityArn", a.Scope.Activity(activity.Name))
	o.text("name", activity.Name)
	o.time("creationDate", activity.CreatedAt)
	return &o
}

func (a *API) listActivities(_ context.Context, in input) (Reply, error) {
	after, err := a.openPage(in)
	if err != nil {
		return nil, err
	}
	found, next := a.Catalog.ListActivities(after, in.limit())
	items := []query.Value{}
	for _, activity := range found {
		items = append(items, a.describe(activity).Build())
	}
	var o object
	o.values("activities", items)
	o.text("nextToken", a.sealPage(in, next))
	return o.Build(), nil
}

func (a *API) deleteActivity(ctx context.Context, in input) (Reply, error) {
	name, foreign, err := a.resource(in.text("activityArn"), "activity")
	if err != nil || foreign {
		return reply(err)
	}
	return reply(a.Catalog.DeleteActivity(ctx, name))
}

// getActivityTask waits up to a minute for a task; without one the answer is an empty object.
func (a *API) getActivityTask(ctx context.Context, in input) (Reply, error) {
	if _, err := a.activity(in); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, pollTimeMax)
	defer cancel()
	token, payload, ok, err := a.Engine.GetActivityTask(ctx, in.text("activityArn"), in.text("workerName"))
	if err != nil {
		return nil, err
	}
	var o object
	if ok {
		o.text("taskToken", token)
		o.text("input", payload)
	}
	return o.Build(), nil
}

func (a *API) sendTaskSuccess(ctx context.Context, in input) (Reply, error) {
	output := in.text("output")
	if _, err := a.Engine.Attempt(in.text("taskToken")); err != nil {
		return nil, err // a bad token outranks a bad output (recorded)
	}
	if err := checkPayload(output); err != nil {
		return nil, fail("InvalidOutput", "Invalid Output: '%v'", err)
	}
	return reply(a.Engine.SendTaskSuccess(ctx, in.text("taskToken"), query.Trusted(output)))
}

func (a *API) sendTaskFailure(ctx context.Context, in input) (Reply, error) {
	return reply(a.Engine.SendTaskFailure(ctx, in.text("taskToken"), in.text("error"), in.text("cause")))
}

func (a *API) sendTaskHeartbeat(ctx context.Context, in input) (Reply, error) {
	return reply(a.Engine.SendTaskHeartbeat(ctx, in.text("taskToken")))
}
