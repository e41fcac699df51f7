package awsclient

import (
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// call performs a function of the rules language. nil is "no value", which holds no condition.
// Source: the Smithy specification, "Rules engine standard library" and "AWS rules engine library functions".
func (s *scope) call(fn string, argv []any) any {
	arg := func(i int) any {
		if i < len(argv) {
			return s.eval(argv[i])
		}
		return nil
	}
	text := func(i int) string {
		t, _ := arg(i).(string)
		return t
	}
	switch fn {
	case "isSet":
		return arg(0) != nil
	case "not":
		v := arg(0)
		return v == nil || v == false
	case "booleanEquals", "stringEquals":
		a, b := arg(0), arg(1)
		return a != nil && a == b
	case "getAttr":
		return attributeOf(arg(0), text(1))
	case "substring":
		from, _ := arg(1).(float64)
		to, _ := arg(2).(float64)
		return substring(text(0), int(from), int(to), arg(3) == true)
	case "uriEncode":
		return strings.ReplaceAll(url.QueryEscape(text(0)), "+", "%20")
	case "isValidHostLabel":
		return areHostLabels(text(0), arg(1) == true)
	case "parseURL":
		return parseURL(text(0))
	case "coalesce":
		for i := range argv {
			if v := arg(i); v != nil {
				return v
			}
		}
		return nil
	case "ite":
		if arg(0) == true {
			return arg(1)
		}
		return arg(2)
	case "split":
		return split(text(0), text(1), arg(2))
	case "aws.partition":
		return s.partitions.of(text(0))
	case "aws.parseArn":
		return parseARN(text(0))
	case "aws.isVirtualHostableS3Bucket":
		return isVirtualHostable(text(0), arg(1) == true)
	}
	return nil
}

// attributeOf follows a path such as "resourceId[1]" or "name".
func attributeOf(v any, path string) any {
	for step := range strings.SplitSeq(path, ".") {
		name, index, indexed := strings.Cut(step, "[")
		if name != "" {
			m, _ := v.(map[string]any)
			v = m[name]
		}
		if !indexed {
			continue
		}
		i, err := strconv.Atoi(strings.TrimSuffix(index, "]"))
		list, _ := v.([]any)
		if err == nil && i < 0 {
			i += len(list)
		}
		if err != nil || i < 0 || i >= len(list) {
			return nil
		}
		v = list[i]
	}
	return v
}

func substring(text string, from, to int, reverse bool) any {
	if from >= to || len(text) < to {
		return nil
	}
	for _, c := range []byte(text) {
		if c > 127 {
			return nil
		}
	}
	if reverse {
		return text[len(text)-to : len(text)-from]
	}
	return text[from:to]
}

func split(text, by string, limit any) any {
	n, _ := limit.(float64)
	parts := strings.Split(text, by)
	if n > 0 {
		parts = strings.SplitN(text, by, int(n))
	}
	list := make([]any, len(parts))
	for i, part := range parts {
		list[i] = part
	}
	return list
}

func areHostLabels(text string, several bool) bool {
	if !several {
		return isHostLabel(text)
	}
	for label := range strings.SplitSeq(text, ".") {
		if !isHostLabel(label) {
			return false
		}
	}
	return true
}

func parseURL(text string) any {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.Host == "" {
		return nil
	}
	path := u.EscapedPath()
	normal := path
	if !strings.HasSuffix(normal, "/") {
		normal += "/"
	}
	return map[string]any{
		"scheme": u.Scheme, "authority": u.Host, "path": path, "normalizedPath": normal, "isIp": net.ParseIP(u.Hostname()) != nil,
	}
}

func parseARN(text string) any {
	parts := strings.SplitN(text, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[1] == "" || parts[2] == "" || parts[5] == "" {
		return nil
	}
	var resource []any
	for piece := range strings.SplitSeq(strings.ReplaceAll(parts[5], "/", ":"), ":") {
		resource = append(resource, piece)
	}
	return map[string]any{"partition": parts[1], "service": parts[2], "region": parts[3], "accountId": parts[4], "resourceId": resource}
}

var bucketLabel = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*[a-z0-9]$`)

func isVirtualHostable(bucket string, subdomains bool) bool {
	if len(bucket) < 3 || len(bucket) > 63 || net.ParseIP(bucket) != nil {
		return false
	}
	if !subdomains {
		return bucketLabel.MatchString(bucket)
	}
	for label := range strings.SplitSeq(bucket, ".") {
		if !bucketLabel.MatchString(label) {
			return false
		}
	}
	return true
}

// partitions are the groups of regions that AWS keeps apart. They are immutable.
type partitions struct {
	Partitions []struct {
		ID          string
		Outputs     map[string]any
		RegionRegex string
		Regions     map[string]map[string]any
		pattern     *regexp.Regexp
	}
}

func parsePartitions(text []byte) (*partitions, error) {
	p := new(partitions)
	if err := json.Unmarshal(text, p); err != nil {
		return nil, fmt.Errorf("partitions: %w", err)
	}
	for i := range p.Partitions {
		pattern, err := regexp.Compile(p.Partitions[i].RegionRegex)
		if err != nil {
			return nil, fmt.Errorf("partitions: %w", err)
		}
		p.Partitions[i].pattern = pattern
	}
	return p, nil
}

// of returns the partition of a region: the one that lists it, else the one whose pattern it fits, else "aws".
func (p *partitions) of(region string) any {
	found := -1
	for i := range p.Partitions {
		if _, ok := p.Partitions[i].Regions[region]; ok {
			found = i
			break
		}
	}
	for i := range p.Partitions {
		if found < 0 && p.Partitions[i].pattern.MatchString(region) {
			found = i
		}
	}
	for i := range p.Partitions {
		if found < 0 && p.Partitions[i].ID == "aws" {
			found = i
		}
	}
	if found < 0 {
		return nil
	}
	outputs := make(map[string]any, len(p.Partitions[found].Outputs)+1)
	for k, v := range p.Partitions[found].Outputs {
		outputs[k] = v
	}
	for k, v := range p.Partitions[found].Regions[region] {
		if k != "description" {
			outputs[k] = v
		}
	}
	outputs["name"] = p.Partitions[found].ID
	return outputs
}
