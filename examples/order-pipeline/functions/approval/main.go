// Command approval asks a person to approve an order. A real one would send a message with two buttons; this one prints
// the commands that they stand for.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
)

type request struct {
	OrderID   string  `json:"orderId"`
	Total     float64 `json:"total"`
	TaskToken string  `json:"taskToken"`
}

func ask(_ context.Context, r request) error {
	endpoint := ""
	if url := os.Getenv("AWS_ENDPOINT_URL_SFN"); url != "" {
		endpoint = " --endpoint-url " + url
	}
	fmt.Printf("order %s costs %.2f. To approve it:\n", r.OrderID, r.Total)
	fmt.Printf(`aws stepfunctions send-task-success%s --task-token %s --task-output '{"approved":true}'`+"\n", endpoint, r.TaskToken)
	fmt.Println("To turn it down, answer with \"approved\":false.")
	return nil
}

func main() { lambda.Start(ask) }
