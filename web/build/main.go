// Command build puts the page together in a folder that any file server can serve:
//
//	make web
//
// It takes the program for the browser, and folders or files of models of one's own.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	var s site
	flag.StringVar(&s.out, "out", "site", "`folder` to make, in place of an earlier one")
	flag.StringVar(&s.program, "wasm", "", "`file` of the program for the browser")
	flag.StringVar(&s.page, "page", "web/page", "`folder` of the page")
	flag.StringVar(&s.models, "models", "web/models", "`folder` of the models trained beforehand")
	flag.Parse()
	if err := s.build(flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
