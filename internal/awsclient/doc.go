// Package awsclient calls any operation of any AWS service that has a model, at AWS or at a server that resembles it.
//
// Requests are written by smithy-go's run time of the AWS protocols, from schemas that are made of the packed models as
// they are needed; answers are read by hand, leniently (see answer.go). What lies around that is the business of an SDK:
// credentials, endpoints, signatures, retries, and what single services want (see custom.go).
//
// Inputs and outputs are JSON values with the names of the model. A blob is a text of its bytes, in outputs their base64
// if they are no text; a time is a text in ISO 8601. How Step Functions names and writes them is the business of whoever
// calls.
package awsclient
