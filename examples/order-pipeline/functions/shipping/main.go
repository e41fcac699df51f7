// Command shipping hands a parcel over to the carrier.
package main

import (
	"context"
	"fmt"

	"github.com/aws/aws-lambda-go/lambda"
)

type request struct {
	OrderID      string   `json:"orderId"`
	Address      string   `json:"address"`
	Reservations []string `json:"reservations"`
}

type shipment struct {
	TrackingNumber string `json:"trackingNumber"`
}

// Undeliverable means that the carrier does not go there.
type Undeliverable struct{ Address string }

func (e *Undeliverable) Error() string { return "no carrier goes to " + e.Address }

func ship(_ context.Context, r request) (shipment, error) {
	if r.Address == "Atlantis" {
		return shipment{}, &Undeliverable{r.Address}
	}
	fmt.Printf("order %s: %d items on their way to %s\n", r.OrderID, len(r.Reservations), r.Address)
	return shipment{"TRACK-" + r.OrderID}, nil
}

func main() { lambda.Start(ship) }
