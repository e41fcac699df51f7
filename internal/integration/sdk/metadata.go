package sdk

import (
	"slices"
	"strings"

	"github.com/cogstep/cogstep/internal/awsclient"
	"github.com/cogstep/cogstep/query"
)

// withMetadata adds the metadata of the answer, as integrations do that call through version 1 of the SDK for Java.
func withMetadata(output query.Value, r *awsclient.Result) query.Value {
	var all, single, http, sdk query.ObjectBuilder
	names := make([]string, 0, len(r.Header))
	for name := range r.Header {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		values := r.Header[name]
		spelled := spelling(name)
		elements := make([]query.Value, len(values))
		for i, v := range values {
			elements[i] = query.StringValue(v)
		}
		all.Set(spelled, query.ArrayValue(elements))
		single.Set(spelled, query.StringValue(values[0]))
	}
	http.Set("AllHttpHeaders", all.Build())
	http.Set("HttpHeaders", single.Build())
	http.Set("HttpStatusCode", query.IntValue(int64(r.Status)))
	sdk.Set("RequestId", query.StringValue(r.RequestID))
	members := map[string]query.Value{"SdkHttpMetadata": http.Build(), "SdkResponseMetadata": sdk.Build()}
	order := []string{"SdkHttpMetadata", "SdkResponseMetadata"}
	for name, v := range output.Members() {
		members[name] = v
		order = append(order, name)
	}
	slices.Sort(order)
	var o query.ObjectBuilder
	for _, name := range order {
		o.Set(name, members[name])
	}
	return o.Build()
}

// spelling writes the name of a header as the services do: Go has changed its case (recorded: x-amzn-RequestId, x-amz-crc32).
func spelling(name string) string {
	switch {
	case name == "X-Amzn-Requestid":
		return "x-amzn-RequestId"
	case strings.HasPrefix(name, "X-Amz-"):
		return strings.ToLower(name)
	}
	return name
}
