package awsclient

import (
	"crypto/rand"
	"encoding/hex"
	mrand "math/rand/v2"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
)

// retryableFault reports whether a service's error is worth another attempt: it is throttling, or failing itself. The
// codes are those of the AWS SDK.
func retryableFault(f *Fault) bool {
	if _, ok := retry.DefaultThrottleErrorCodes[f.Code]; ok {
		return true
	}
	if _, ok := retry.DefaultRetryableErrorCodes[f.Code]; ok {
		return true
	}
	_, ok := retry.DefaultRetryableHTTPStatusCodes[f.Status]
	return ok || f.Status == 429 || f.Shape != nil && f.Shape.Throttles
}

// Pauses between attempts: at random up to a bound that doubles.
const (
	backoffFirst = 100 * time.Millisecond
	backoffMax   = 5 * time.Second
)

func backoff(attempt int) time.Duration {
	bound := min(backoffFirst<<min(attempt, 10), backoffMax)
	return mrand.N(bound) + time.Millisecond
}

// reads reports whether the name of an operation is that of one that changes nothing.
func reads(name string) bool {
	for _, prefix := range []string{"Describe", "List", "Get", "Head", "BatchGet", "Search", "Query", "Scan", "Lookup"} {
		if strings.HasPrefix(name, prefix) && name != "GetActivityTask" {
			return true
		}
	}
	return false
}

func freshToken() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	d := hex.EncodeToString(b[:])
	return d[:8] + "-" + d[8:12] + "-" + d[12:16] + "-" + d[16:20] + "-" + d[20:]
}
