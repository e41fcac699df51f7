// Command inventory reserves an item of an order, and releases whatever an order has reserved.
package main

import (
	"context"
	"fmt"

	"github.com/aws/aws-lambda-go/lambda"
)

type request struct {
	Action  string `json:"action"`
	OrderID string `json:"orderId"`
	Line    int    `json:"line"`
	Item    struct {
		SKU      string `json:"sku"`
		Quantity int    `json:"quantity"`
	} `json:"item"`
}

type result struct {
	ReservationID string `json:"reservationId,omitempty"`
	Released      bool   `json:"released,omitempty"`
}

// OutOfStock means that there are fewer of an item than were ordered.
type OutOfStock struct{ SKU string }

func (e *OutOfStock) Error() string { return "there is not enough of " + e.SKU }

// stock holds what there is little of; of everything else there is plenty.
var stock = map[string]int{"unicorn": 0, "lamp": 3}

func handle(_ context.Context, r request) (result, error) {
	switch r.Action {
	case "reserve":
		if left, scarce := stock[r.Item.SKU]; scarce && r.Item.Quantity > left {
			return result{}, &OutOfStock{r.Item.SKU}
		}
		return result{ReservationID: fmt.Sprintf("%s/%d", r.OrderID, r.Line)}, nil
	case "release": // all of the order's, so that it may be repeated and nothing has to be known of them
		fmt.Printf("order %s: items released\n", r.OrderID)
		return result{Released: true}, nil
	}
	return result{}, fmt.Errorf("unknown action %q", r.Action)
}

func main() { lambda.Start(handle) }
