// Command validate checks an order and adds it up.
package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"

	"github.com/aws/aws-lambda-go/lambda"
)

type order struct {
	OrderID string `json:"orderId"`
	Email   string `json:"email"`
	Items   []item `json:"items"`
}

type item struct {
	SKU      string  `json:"sku"`
	Quantity int     `json:"quantity"`
	Price    float64 `json:"price"`
}

type result struct {
	OrderID       string  `json:"orderId"`
	Total         float64 `json:"total"`
	NeedsApproval bool    `json:"needsApproval"`
}

// InvalidOrder says what is wrong with an order. The type's name is the error name that the state machine catches.
type InvalidOrder struct{ Problem string }

func (e *InvalidOrder) Error() string { return e.Problem }

func validate(_ context.Context, o order) (result, error) {
	switch {
	case o.OrderID == "":
		return result{}, &InvalidOrder{"the order has no id"}
	case !strings.Contains(o.Email, "@"):
		return result{}, &InvalidOrder{fmt.Sprintf("%q is not an email address", o.Email)}
	case len(o.Items) == 0:
		return result{}, &InvalidOrder{"the order has no items"}
	}
	total := 0.0
	for _, i := range o.Items {
		if i.Quantity < 1 || i.Price < 0 {
			return result{}, &InvalidOrder{fmt.Sprintf("%d × %s at %.2f cannot be ordered", i.Quantity, i.SKU, i.Price)}
		}
		total += float64(i.Quantity) * i.Price
	}
	total = math.Round(total*100) / 100
	fmt.Printf("order %s: %d lines, %.2f in total\n", o.OrderID, len(o.Items), total)
	return result{o.OrderID, total, total > approvalLimit}, nil
}

// approvalLimit is the amount beyond which a person approves an order.
var approvalLimit = math.Inf(1)

func main() {
	if limit, err := strconv.ParseFloat(os.Getenv("APPROVAL_LIMIT"), 64); err == nil {
		approvalLimit = limit
	}
	lambda.Start(validate)
}
