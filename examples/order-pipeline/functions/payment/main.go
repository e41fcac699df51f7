// Command payment charges a card and pays back. Its bank is out of order at every first attempt, so that there is
// something to retry.
package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-lambda-go/lambda"
)

type request struct {
	Action  string  `json:"action"`
	OrderID string  `json:"orderId"`
	Amount  float64 `json:"amount"`
	Card    string  `json:"card"`
	Attempt int     `json:"attempt"` // 0: the first
	Payment payment `json:"payment"` // to refund
}

type payment struct {
	ID     string  `json:"id"`
	Amount float64 `json:"amount"`
}

// PaymentUnavailable means that the bank did not answer; another attempt may go through.
type PaymentUnavailable struct{}

func (*PaymentUnavailable) Error() string { return "the bank does not answer" }

// PaymentDeclined means that the bank said no; another attempt makes no sense.
type PaymentDeclined struct{ Card string }

func (e *PaymentDeclined) Error() string { return "the bank declined card " + e.Card }

func handle(_ context.Context, r request) (payment, error) {
	switch {
	case r.Action == "refund":
		fmt.Printf("order %s: %.2f paid back\n", r.OrderID, r.Amount)
		return r.Payment, nil
	case r.Attempt == 0:
		return payment{}, &PaymentUnavailable{}
	case strings.HasSuffix(r.Card, "0002"):
		return payment{}, &PaymentDeclined{"ending in " + r.Card[len(r.Card)-4:]}
	}
	fmt.Printf("order %s: %.2f charged\n", r.OrderID, r.Amount)
	return payment{"pay-" + r.OrderID, r.Amount}, nil
}

func main() { lambda.Start(handle) }
