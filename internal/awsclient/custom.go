package awsclient

import (
	"bytes"
	"net/url"
	"strings"

	"github.com/cogstep/cogstep/internal/awsmodel"
	"github.com/cogstep/cogstep/query"
)

// What single services want beyond their models. Source: the customisations that all AWS SDKs share, and those of the SDK
// for Java, which Step Functions calls by.

// customInput changes the input of a call before it is written.
func customInput(call *Call) query.Value {
	in := call.Input
	switch call.Service.Folder {
	case "s3":
		switch name := call.Operation.Name; {
		case name == "CreateBucket" && call.Region != "us-east-1" && call.Region != "aws-global":
			if _, given := in.Get("CreateBucketConfiguration"); !given {
				var where query.ObjectBuilder
				where.Set("LocationConstraint", query.StringValue(call.Region))
				in = in.With("CreateBucketConfiguration", where.Build())
			}
		case listsKeys[name]:
			if _, given := in.Get("EncodingType"); !given { // keys may hold what XML cannot
				in = in.With("EncodingType", query.StringValue("url"))
			}
		}
	case "route53":
		for name, v := range in.Members() {
			if v.Kind() == query.String && strings.HasPrefix(v.Str(), "/") {
				for _, prefix := range []string{"/hostedzone/", "/change/", "/delegationset/"} {
					if rest, ok := strings.CutPrefix(v.Str(), prefix); ok {
						in = in.With(name, query.StringValue(rest))
					}
				}
			}
		}
	case "glacier":
		if call.Operation.Input != nil && call.Operation.Input.Member("accountId") != nil {
			if v, given := in.Get("accountId"); !given || v.Str() == "" {
				in = in.With("accountId", query.StringValue("-"))
			}
		}
	}
	return in
}

// listsKeys are the operations of S3 that answer keys, which they encode on demand.
var listsKeys = map[string]bool{"ListObjects": true, "ListObjectsV2": true, "ListObjectVersions": true, "ListMultipartUploads": true}

// customRequest changes a request after it is written.
func customRequest(call *Call, where *endpoint, r *request) {
	switch call.Service.Folder {
	case "s3":
		if strings.HasPrefix(call.Operation.URI, "/{Bucket}") {
			r.dropSegment() // the endpoint has the bucket, in its host or in its path
		}
	case "apigateway":
		r.header.Set("Accept", "application/json")
	case "glacier":
		r.header.Set("X-Amz-Glacier-Version", call.Service.APIVersion)
	}
}

// dropSegment removes the first segment of the path.
func (r *request) dropSegment() {
	_, rest, _ := strings.Cut(strings.TrimPrefix(r.url.EscapedPath(), "/"), "/")
	r.url.RawPath = "/" + rest
	path, err := url.PathUnescape(r.url.RawPath)
	if err != nil {
		path = r.url.RawPath
	}
	r.url.Path = path
}

// hidesFault reports whether an answer with a good status is an error all the same: operations of S3 that take long begin
// their answer before they know.
func (a *answer) hidesFault(call *Call) bool {
	if call.Service.Folder != "s3" {
		return false
	}
	switch call.Operation.Name {
	case "CopyObject", "UploadPartCopy", "CompleteMultipartUpload":
	default:
		return false
	}
	f, err := parseXML(a.body, awsmodel.RESTXML)
	if err == nil && f.(*xmlForm).root.name == "Error" {
		a.status = 500
		return true
	}
	return false
}

// custom reads an answer, and mends what its model does not say.
func (a *answer) custom(w *wire, call *Call) (query.Value, error) {
	if call.Service.Folder == "s3" && call.Operation.Name == "GetBucketLocation" {
		a.body = bytes.Replace(a.body, []byte("<LocationConstraint"), []byte("<Answer><LocationConstraint"), 1)
		a.body = append(a.body, "</Answer>"...)
	}
	v, err := a.result(w.protocol, call.Operation)
	if err != nil || call.Service.Folder != "s3" || !listsKeys[call.Operation.Name] {
		return v, err
	}
	if how, ok := v.Get("EncodingType"); ok && how.Str() == "url" {
		v = decodeKeys(v)
	}
	return v, nil
}

// encodedMembers are the members that S3 encodes.
var encodedMembers = map[string]bool{
	"Key": true, "Prefix": true, "Delimiter": true, "Marker": true, "NextMarker": true, "StartAfter": true, "KeyMarker": true, "NextKeyMarker": true,
}

func decodeKeys(v query.Value) query.Value {
	switch v.Kind() {
	case query.Array:
		elements := make([]query.Value, 0, v.Len())
		for _, e := range v.Elements() {
			elements = append(elements, decodeKeys(e))
		}
		return query.ArrayValue(elements)
	case query.Object:
		var o query.ObjectBuilder
		for name, m := range v.Members() {
			if m.Kind() == query.String && encodedMembers[name] {
				if plain, err := url.QueryUnescape(m.Str()); err == nil {
					m = query.StringValue(plain)
				}
			} else {
				m = decodeKeys(m)
			}
			o.Set(name, m)
		}
		return o.Build()
	}
	return v
}
