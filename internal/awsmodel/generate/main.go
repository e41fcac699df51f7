// Command generate packs the models of a botocore into the file that is part of the program.
//
//	go run ./internal/awsmodel/generate -o internal/awsmodel/models.bin [BOTOCORE]
//
// BOTOCORE is botocore's directory; the one of the python3 on the PATH, if none is given.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/cogstep/cogstep/internal/awsmodel"
)

func main() {
	to := flag.String("o", "models.bin", "the file to write")
	flag.Parse()
	if err := generate(*to, flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func generate(to, botocore string) error {
	if botocore == "" {
		found, err := exec.Command("python3", "-c", "import botocore; print(botocore.__path__[0])").Output()
		if err != nil {
			return fmt.Errorf("python3 finds no botocore: %w", err)
		}
		botocore = strings.TrimSpace(string(found))
	}
	b, err := awsmodel.ReadBotocore(os.DirFS(botocore), "")
	if err != nil {
		return fmt.Errorf("%s: %w", botocore, err)
	}
	packed, err := b.Pack()
	if err != nil {
		return err
	}
	fmt.Printf("botocore %s: %d services, %d bytes\n", b.Origin.Version, len(b.Services), len(packed))
	return os.WriteFile(to, packed, 0o644)
}
