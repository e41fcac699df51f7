// Command fraud judges who ordered.
package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/aws/aws-lambda-go/lambda"
)

type order struct {
	OrderID string `json:"orderId"`
	Email   string `json:"email"`
}

type judgement struct {
	Suspicious  bool   `json:"suspicious"`
	Explanation string `json:"explanation"`
}

func judge(_ context.Context, o order) (judgement, error) {
	domain := os.Getenv("BLOCKED_DOMAIN")
	if domain != "" && strings.HasSuffix(o.Email, "@"+domain) {
		fmt.Printf("order %s: %s is suspicious\n", o.OrderID, o.Email)
		return judgement{true, "orders from " + domain + " are not accepted"}, nil
	}
	return judgement{false, "nothing is known against " + o.Email}, nil
}

func main() { lambda.Start(judge) }
