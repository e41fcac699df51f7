package awsclient

import (
	"encoding/base64"
	"fmt"
	"math"
	"strconv"

	"github.com/aws/smithy-go/encoding/cbor"

	"github.com/cogstep/cogstep/query"
)

// parseCBOR reads an answer in CBOR as if it were written in JSON: blobs are base64, times are numbers.
func parseCBOR(body []byte) (form, error) {
	if len(body) == 0 {
		return &jsonForm{new(query.ObjectBuilder).Build(), false}, nil
	}
	v, err := cbor.Decode(body)
	if err != nil {
		return nil, fmt.Errorf("the answer is no CBOR: %w", err)
	}
	return &jsonForm{fromCBOR(v), false}, nil
}

func fromCBOR(v cbor.Value) query.Value {
	switch v := v.(type) {
	case cbor.Uint:
		return query.RawNumber(strconv.FormatUint(uint64(v), 10))
	case cbor.NegInt:
		if v == 0 { // minus 2^64, which wraps
			return query.RawNumber("-18446744073709551616")
		}
		return query.RawNumber("-" + strconv.FormatUint(uint64(v), 10))
	case cbor.Slice:
		return query.StringValue(base64.StdEncoding.EncodeToString(v))
	case cbor.String:
		return query.StringValue(string(v))
	case cbor.Bool:
		return query.BoolValue(bool(v))
	case cbor.Float32:
		return fromFloat(float64(v), 32)
	case cbor.Float64:
		return fromFloat(float64(v), 64)
	case *cbor.Tag:
		return fromCBOR(v.Value)
	case cbor.List:
		elements := make([]query.Value, len(v))
		for i, e := range v {
			elements[i] = fromCBOR(e)
		}
		return query.ArrayValue(elements)
	case cbor.Map:
		var o query.ObjectBuilder
		for k, e := range v {
			o.Set(k, fromCBOR(e))
		}
		return o.Build()
	}
	return query.NullValue()
}

func fromFloat(f float64, bits int) query.Value {
	switch {
	case math.IsNaN(f):
		return query.StringValue("NaN")
	case math.IsInf(f, 1):
		return query.StringValue("Infinity")
	case math.IsInf(f, -1):
		return query.StringValue("-Infinity")
	}
	return query.RawNumber(strconv.FormatFloat(f, 'f', -1, bits))
}
