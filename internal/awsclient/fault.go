package awsclient

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/cogstep/cogstep/internal/awsmodel"
	"github.com/cogstep/cogstep/query"
)

// Fault is an error that a service has answered.
type Fault struct {
	Code    string // as the service calls it: "NoSuchKey", "ConditionalCheckFailedException"
	Message string
	Status  int // of HTTP

	// Shape is the error's shape in the model; nil: the model does not have it. Detail holds its members.
	Shape  *awsmodel.Shape
	Detail query.Value

	RequestID         string // "" if the service gave none
	ExtendedRequestID string // of S3
	Attempts          int    // how often the call was sent
}

func (f *Fault) Error() string { return f.Code + ": " + f.Message }

// fault reads an answer that is an error.
func (a *answer) fault(p awsmodel.Protocol, s *awsmodel.Service, o *awsmodel.Operation) *Fault {
	f := &Fault{Status: a.status, RequestID: requestID(a.header), ExtendedRequestID: a.header.Get("X-Amz-Id-2")}
	read, err := formOf(p, a.body)
	if len(a.body) > 0 && err == nil {
		f.Code, f.Message = read.fault()
		if f.RequestID == "" {
			f.RequestID = read.requestID()
		}
	}
	if header := a.header.Get("X-Amzn-Errortype"); header != "" {
		f.Code = header
	}
	f.Code = bareCode(f.Code)
	if f.Code == "" {
		f.Code = codeOfStatus(a.status)
	}
	f.Shape = errorShape(s, o, f.Code)
	if code, _, ok := strings.Cut(a.header.Get("X-Amzn-Query-Error"), ";"); ok && s.QueryCompatible {
		if f.Shape == nil {
			f.Shape = errorShape(s, o, code)
		}
		f.Code = code
	}
	if f.Shape != nil {
		body := new(query.ObjectBuilder).Build()
		if err == nil && len(a.body) > 0 {
			if v, err := read.detail(f.Shape); err == nil {
				body = v
			}
		}
		f.Detail = a.withHeaders(f.Shape, body)
	}
	if f.Message == "" && a.status != http.StatusNotFound && err != nil && len(a.body) > 0 {
		f.Message = http.StatusText(a.status)
	}
	return f
}

// bareCode takes the name out of what stands around it: a namespace before #, a URI after a colon.
func bareCode(code string) string {
	code, _, _ = strings.Cut(code, ":")
	return strings.TrimSpace(code[strings.LastIndexByte(code, '#')+1:])
}

// codeOfStatus is the code of an answer without one, as that to a HEAD request.
func codeOfStatus(status int) string {
	if text := http.StatusText(status); text != "" {
		return strings.ReplaceAll(text, " ", "")
	}
	return strconv.Itoa(status)
}

// errorShape finds the shape of a code: among those that the operation declares, then among all of the service.
func errorShape(s *awsmodel.Service, o *awsmodel.Operation, code string) *awsmodel.Shape {
	for _, shape := range o.Errors {
		if shape.Name == code || shape.ErrorCode == code {
			return shape
		}
	}
	if shape := s.Shape(code); shape != nil && shape.Exception {
		return shape
	}
	return nil
}

func requestID(h http.Header) string {
	for _, name := range []string{"X-Amzn-Requestid", "X-Amz-Request-Id", "X-Amzn-Request-Id"} {
		if id := h.Get(name); id != "" {
			return id
		}
	}
	return ""
}
