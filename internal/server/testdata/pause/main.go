// Command pause is a function that takes a tenth of a second.
package main

import (
	"time"

	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	lambda.Start(func() (string, error) {
		time.Sleep(100 * time.Millisecond)
		return "done", nil
	})
}
