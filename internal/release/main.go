// Command release checks that the repository in the current folder can be released as a version,
// and tags it. It pushes nothing. `make release VERSION=v0.2.0` runs it.
//
//	go run ./internal/release v0.2.0       # checks
//	go run ./internal/release -tag v0.2.0  # checks and tags
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
)

func main() {
	tag := flag.Bool("tag", false, "tag the commit if the checks pass")
	flag.Parse()
	if flag.NArg() != 1 {
		fail(errors.New("name the version, for instance make release VERSION=v0.2.0"))
	}
	ctx, version := context.Background(), flag.Arg(0)
	here := repository(".")
	if err := here.check(ctx, version); err != nil {
		fail(err)
	}
	if !*tag {
		return
	}
	if err := here.tag(ctx, version); err != nil {
		fail(err)
	}
	fmt.Printf(`Tagged %[1]s. Nothing is published yet:
  git push origin main %[1]s   publishes the module, and .github/workflows/image.yaml the image
  git tag --delete %[1]s       takes the tag back, as long as it is not pushed
`, version)
}

// fail prints an error, which may have several lines, and ends the program.
func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
