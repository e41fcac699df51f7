package catalog

import (
	"context"
	"slices"
	"strings"
)

// CreateActivity makes an activity, or returns the one of that name as it is: the tags of a repeated call do not
// count. Errors: ErrTooManyActivities, ErrTooManyTags, those of the store.
func (c *Catalog) CreateActivity(ctx context.Context, name, encryption string, tags []Tag) (Activity, error) {
	c.write.Lock()
	defer c.write.Unlock()
	if a, err := c.Activity(name); err == nil {
		return a, nil
	}
	if len(c.activities) >= c.cfg.ActivitiesMax {
		return Activity{}, ErrTooManyActivities
	}
	if len(tags) > TagsMax {
		return Activity{}, ErrTooManyTags
	}
	a := Activity{Format: format, Name: name, Encryption: encryption, CreatedAt: c.now()}
	arn := c.cfg.Scope.Activity(name)
	records := map[string]any{string(key(activityPrefix, name)): a}
	if len(tags) > 0 {
		records[string(key(tagPrefix, arn))] = tagRecord{format, tags}
	}
	if err := c.commit(ctx, records); err != nil {
		return Activity{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.activities[name] = a
	if len(tags) > 0 {
		c.tags[arn] = tags
	}
	return a, nil
}

// Activity returns an activity. Errors: ErrActivityDoesNotExist.
func (c *Catalog) Activity(name string) (Activity, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	a, ok := c.activities[name]
	if !ok {
		return Activity{}, ErrActivityDoesNotExist
	}
	return a, nil
}

// ListActivities returns up to limit activities by name, beginning after a name, and the name to go on after.
func (c *Catalog) ListActivities(after string, limit int) (activities []Activity, next string) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return page(c.activities, after, limit)
}

// DeleteActivity takes an activity away; one that does not exist is fine.
func (c *Catalog) DeleteActivity(ctx context.Context, name string) error {
	c.write.Lock()
	defer c.write.Unlock()
	arn := c.cfg.Scope.Activity(name)
	if _, err := c.Activity(name); err != nil {
		return nil
	}
	err := c.commit(ctx, map[string]any{string(key(activityPrefix, name)): nil, string(key(tagPrefix, arn)): nil})
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.activities, name)
	delete(c.tags, arn)
	return nil
}

// Tags returns the tags of a state machine or an activity. Errors: ErrResourceNotFound.
func (c *Catalog) Tags(resource string) ([]Tag, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if !c.taggable(resource) {
		return nil, ErrResourceNotFound
	}
	return slices.Clone(c.tags[resource]), nil
}

// ChangeTags sets some tags and removes others. Errors: ErrResourceNotFound, ErrTooManyTags, those of the store.
func (c *Catalog) ChangeTags(ctx context.Context, resource string, put []Tag, remove []string) error {
	c.write.Lock()
	defer c.write.Unlock()
	tags, err := c.Tags(resource)
	if err != nil {
		return err
	}
	for _, t := range put {
		if i := slices.IndexFunc(tags, func(o Tag) bool { return o.Key == t.Key }); i >= 0 {
			tags[i] = t
		} else {
			tags = append(tags, t)
		}
	}
	tags = slices.DeleteFunc(tags, func(t Tag) bool { return slices.Contains(remove, t.Key) })
	if len(tags) > TagsMax {
		return ErrTooManyTags
	}
	if err := c.commit(ctx, map[string]any{string(key(tagPrefix, resource)): tagRecord{format, tags}}); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tags[resource] = tags
	return nil
}

// taggable reports whether resource is the ARN of something that can have tags.
func (c *Catalog) taggable(resource string) bool {
	if name, ok := strings.CutPrefix(resource, c.cfg.Scope.StateMachine("")); ok {
		_, ok = c.machines[name]
		return ok
	}
	name, ok := strings.CutPrefix(resource, c.cfg.Scope.Activity(""))
	if ok {
		_, ok = c.activities[name]
	}
	return ok
}
