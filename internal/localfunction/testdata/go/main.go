// Command go is the Go function of the host's tests. What it does is said by its input.
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"

	"github.com/aws/aws-lambda-go/lambda"
)

type order struct {
	Do string `json:"do"`
}

// NoLuck is the error that the tests look for.
type NoLuck struct{}

func (NoLuck) Error() string { return "no luck" }

func handle(ctx context.Context, o order) (any, error) {
	switch o.Do {
	case "fail":
		return nil, NoLuck{}
	case "exit":
		os.Exit(3)
	case "hang":
		child := exec.Command("sleep", "1000")
		if err := child.Start(); err != nil {
			return nil, err
		}
		fmt.Println("child", child.Process.Pid)
		select {}
	}
	return map[string]any{"pid": os.Getpid(), "greeting": os.Getenv("GREETING")}, nil
}

func main() {
	if os.Getenv("BREAK") != "" {
		os.Exit(4)
	}
	lambda.Start(handle)
}
